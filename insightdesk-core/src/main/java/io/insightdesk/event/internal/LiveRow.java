package io.insightdesk.event.internal;

import io.insightdesk.event.Event;
import io.insightdesk.internal.TicketSight;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as it was read for everybody on a node, with what decides who sees it.
 *
 * @param event the event, of a ticket
 * @param point where it stands
 * @param note whether it tells of an internal note
 * @param place where its ticket was when it was read; null when it was gone
 */
record LiveRow(
        Event event,
        LivePoint point,
        boolean note,
        @Nullable Place place) {

    /**
     * Where a ticket is.
     *
     * @param membersOnly whether its team is a private one
     * @param members of its team
     */
    record Place(
            @Nullable UUID organization,
            @Nullable UUID assignee,
            @Nullable UUID team,
            boolean membersOnly,
            Set<UUID> members) {}

    /** Whether the ticket is in sight: what {@link TicketSight#conditionOn} says in a statement. Customers are not served here. */
    boolean isIn(TicketSight sight) {
        if (sight.isAll()) {
            return true;
        }
        Place at = place;
        if (at == null || sight.customer() != null) {
            return false;
        }
        UUID agent = sight.agent();
        boolean member = agent != null && at.members().contains(agent);
        if (sight.onlyTeams() && !member && (agent == null || !agent.equals(at.assignee()))) {
            return false;
        }
        Set<UUID> organizations = sight.organizations();
        if (organizations != null && (at.organization() == null || !organizations.contains(at.organization()))) {
            return false;
        }
        return sight.membersOnly() || !at.membersOnly() || member;
    }
}
