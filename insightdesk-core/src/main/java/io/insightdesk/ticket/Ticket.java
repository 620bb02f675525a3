package io.insightdesk.ticket;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ticket as it is stored. Immutable; read it again to see changes.
 *
 * @param id the ticket
 * @param number its number for people, unique in the tenant
 * @param subject what it is about
 * @param status where it stands
 * @param priority how urgent it is
 * @param channel how it came in
 * @param requester the customer who asks
 * @param organization the customer's organization at the time of creation; null for none
 * @param assignee the agent who works on it; null for none
 * @param team the team it belongs to; null for none
 * @param mailbox the mailbox it came through and is answered from; null where it did not come by mail
 * @param tags its tags, in alphabetical order
 * @param customFields further fields by name; values are texts, numbers, booleans, or lists of texts
 * @param createdAt when it was made
 * @param updatedAt when it was last changed or written to
 * @param resolvedAt when it was resolved; null while it is not
 * @param closedAt when it was closed; null while it is not
 * @param version counts its changes; see {@link Tickets#change}
 * @since 0.1.0
 */
public record Ticket(
        TicketId id,
        long number,
        String subject,
        TicketStatus status,
        TicketPriority priority,
        Channel channel,
        CustomerId requester,
        @Nullable OrganizationId organization,
        @Nullable AgentId assignee,
        @Nullable TeamId team,
        @Nullable UUID mailbox,
        List<String> tags,
        Map<String, Object> customFields,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant resolvedAt,
        @Nullable Instant closedAt,
        long version) {

    /** Makes the collections unmodifiable. */
    public Ticket {
        tags = List.copyOf(tags);
        customFields = Collections.unmodifiableMap(new LinkedHashMap<>(customFields));
    }
}
