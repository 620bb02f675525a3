package io.insightdesk.ticket;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InsightDeskException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one ticket of several that were to be changed: it is as it shall be, or that was refused. Immutable.
 *
 * @since 0.1.0
 */
public final class TicketChanged {

    private final TicketId id;
    private final @Nullable Ticket ticket;
    private final @Nullable InsightDeskException refusal;

    private TicketChanged(TicketId id, @Nullable Ticket ticket, @Nullable InsightDeskException refusal) {
        this.id = requireNonNull(id, "id");
        this.ticket = ticket;
        this.refusal = refusal;
    }

    /**
     * A ticket that is as it shall be.
     *
     * @param ticket the ticket as stored
     * @return what became of it
     */
    public static TicketChanged to(Ticket ticket) {
        return new TicketChanged(ticket.id(), requireNonNull(ticket, "ticket"), null);
    }

    /**
     * A ticket whose change was refused.
     *
     * @param id the ticket
     * @param reason as {@link Tickets#change} would have thrown it
     * @return what became of it
     */
    public static TicketChanged refused(TicketId id, InsightDeskException reason) {
        return new TicketChanged(id, null, requireNonNull(reason, "reason"));
    }

    /**
     * Names the ticket.
     *
     * @return the ticket's identifier, as it was asked for
     */
    public TicketId id() {
        return id;
    }

    /**
     * Gives the ticket.
     *
     * @return the ticket as stored; empty where its change was refused
     */
    public Optional<Ticket> ticket() {
        return Optional.ofNullable(ticket);
    }

    /**
     * Tells why the change was refused.
     *
     * @return what {@link Tickets#change} would have thrown; empty where it was not refused
     */
    public Optional<InsightDeskException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** The ticket, or the code of the refusal; what was only asked for is not repeated. */
    @Override
    public String toString() {
        return "TicketChanged[" + (refusal == null ? ticket : refusal.code()) + "]";
    }
}
