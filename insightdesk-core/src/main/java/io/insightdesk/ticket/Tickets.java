package io.insightdesk.ticket;

import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.identity.AgentId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tickets of a tenant, as far as the actor may. Thread-safe, except inside a host's transaction, where it belongs to the
 * transaction's thread.
 *
 * <p>A ticket outside the actor's {@linkplain io.insightdesk.identity.TicketScope scope} does not exist for the actor: it is not
 * found and not listed. A customer is shown a ticket without assignee, team, mailbox, tags and fields.
 *
 * <p>Each call is one transaction, or part of the host's inside {@code within}. What changes a ticket writes an event in the
 * same transaction.
 *
 * @since 0.1.0
 */
public interface Tickets {

    /** The greatest number of tickets that {@link #changeAll} takes; for more there is a background job. */
    int MAX_CHANGES_AT_ONCE = 100;

    /**
     * Makes a ticket without a message; see {@code Conversations.open} for one with its first message.
     *
     * @param ticket what it shall be
     * @return the ticket as stored, with its number
     * @throws io.insightdesk.error.AccessDeniedException without what {@link NewTicket#permissions()} says
     * @throws io.insightdesk.error.InvalidInputException when it names a customer, agent or team that does not exist
     */
    Ticket create(NewTicket ticket);

    /**
     * Reads a ticket.
     *
     * @param id the ticket
     * @return the ticket
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Ticket get(TicketId id);

    /**
     * Looks a ticket up by its number for people.
     *
     * @param number such as 1042
     * @return the ticket; empty when there is none
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     */
    Optional<Ticket> findByNumber(long number);

    /**
     * Lists tickets, a page at a time. A page costs the same however deep it is.
     *
     * @param query which tickets, in which order
     * @return a page
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}, or when a customer filters by what customers are
     *     not shown
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not of this list
     */
    TicketPage list(TicketQuery query);

    /**
     * Changes a ticket. Any status can follow any other but that {@code closed} stays closed and {@code new} does not come
     * back. Assigning a {@code new} ticket opens it.
     *
     * @param id the ticket
     * @param expectedVersion the version that was read; null to change whatever is there
     * @param change what shall be different
     * @return the ticket as stored; the same version when nothing was different
     * @throws io.insightdesk.error.AccessDeniedException without what {@link TicketChange#permissions()} says, or when a customer
     *     ends a colleague's ticket
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} and both versions when somebody else
     *     changed it first, or with {@code status_transition} when its status does not allow the step
     * @throws io.insightdesk.error.InvalidInputException when the change names something that does not exist
     */
    Ticket change(TicketId id, @Nullable Long expectedVersion, TicketChange change);

    /**
     * Changes several tickets alike, in one transaction. Each is changed or refused for itself; a refusal leaves the others as they
     * are. What is missing for the change as such is thrown, and nothing is changed.
     *
     * @param tickets which, each at most once, up to {@value #MAX_CHANGES_AT_ONCE}; one with a version is changed only where it still
     *     has that version
     * @param change what shall be different
     * @return what became of each, in the order of the list; refused are those that do not exist, have another version, have a status
     *     that does not allow the step…
     * @throws io.insightdesk.error.AccessDeniedException without what {@link TicketChange#permissions()} says
     * @throws io.insightdesk.error.InvalidInputException when there is no ticket, one is named twice, or there are too many
     */
    List<TicketChanged> changeAll(List<TicketVersion> tickets, TicketChange change);

    /**
     * Gives a ticket to an agent.
     *
     * @param id the ticket
     * @param agent an active agent, or null for nobody
     * @return the ticket as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:assign}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     * @throws io.insightdesk.error.InvalidInputException when there is no such agent
     */
    default Ticket assign(TicketId id, @Nullable AgentId agent) {
        return change(id, null, TicketChange.builder().assignee(agent).build());
    }

    /**
     * Marks a ticket as answered. It closes by itself after a while.
     *
     * @param id the ticket
     * @return the ticket as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:close}
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code status_transition} when it is closed
     */
    default Ticket resolve(TicketId id) {
        return change(
                id, null, TicketChange.builder().status(TicketStatus.RESOLVED).build());
    }

    /**
     * Ends a ticket for good.
     *
     * @param id the ticket
     * @return the ticket as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:close}
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    default Ticket close(TicketId id) {
        return change(
                id, null, TicketChange.builder().status(TicketStatus.CLOSED).build());
    }

    /**
     * Takes up work on a ticket again.
     *
     * @param id the ticket
     * @return the ticket as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:update}
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code status_transition} when it is closed
     */
    default Ticket reopen(TicketId id) {
        return change(id, null, TicketChange.builder().status(TicketStatus.OPEN).build());
    }

    /**
     * Lists what happened to a ticket, oldest first. That there was an internal note, only with {@code note:read}.
     *
     * @param id the ticket
     * @param query which part
     * @return the events; empty at the end
     * @throws io.insightdesk.error.AccessDeniedException without {@code activity:read}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     */
    List<Event> activity(TicketId id, ActivityQuery query);

    /**
     * Lists the tags of the tenant in alphabetical order.
     *
     * @param after only names after this one; null for the beginning
     * @param limit at most so many, 1 to 100
     * @return the tags; empty at the end
     * @throws io.insightdesk.error.AccessDeniedException without {@code tag:read}
     */
    List<Tag> tags(@Nullable String after, int limit);
}
