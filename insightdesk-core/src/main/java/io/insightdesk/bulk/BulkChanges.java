package io.insightdesk.bulk;

import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.transfer.LongOperation;
import java.util.List;

/**
 * Changes many tickets by a background job. Which tickets is settled when it is asked for; each is changed in a transaction of its own,
 * once, also where a node dies on the way: another one goes on with the next ticket. The job acts as who asked for it, and the role is
 * looked up with each ticket, so that what was withdrawn meanwhile is refused for the rest. Thread-safe outside a host's transaction;
 * inside one the job exists when the host commits.
 *
 * <p>How far it is, {@link io.insightdesk.transfer.LongOperations} tells: {@code counts} has {@code tickets} (how many there are),
 * {@code changed}, {@code unchanged} (were so already), and {@code refused}, which is also counted by reason, as
 * {@code refused.ticket_not_found}. {@link io.insightdesk.transfer.LongOperations#cancel} ends it between two tickets.
 *
 * @since 0.1.0
 */
public interface BulkChanges {

    /** The greatest number of tickets of one operation. */
    int MAX_TICKETS = 50_000;

    /**
     * Has tickets changed, in the order of the list.
     *
     * @param tickets which, each at most once; one with a version is changed only where it still has that version
     * @param change what shall be different
     * @return the operation that does it
     * @throws io.insightdesk.error.AccessDeniedException without what {@link TicketChange#permissions()} says
     * @throws io.insightdesk.error.InvalidInputException when there is no ticket, one is named twice, or there are more than
     *     {@value #MAX_TICKETS}
     */
    LongOperation change(List<TicketVersion> tickets, TicketChange change);

    /**
     * Has all tickets changed that a query finds now and the actor sees, in the order of the query. Its limit and cursor do not count.
     *
     * @param query which
     * @param change what shall be different
     * @return the operation that does it
     * @throws io.insightdesk.error.AccessDeniedException without what {@link TicketChange#permissions()} says, or when a customer
     *     filters by what customers are not shown
     * @throws io.insightdesk.error.InvalidInputException when there are more than {@value #MAX_TICKETS}
     */
    LongOperation change(TicketQuery query, TicketChange change);
}
