package io.insightdesk.ticket;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A ticket that shall be changed, as somebody saw it.
 *
 * @param id the ticket
 * @param version the version that was read; null to change whatever is there
 * @since 0.1.0
 */
public record TicketVersion(TicketId id, @Nullable Long version) {

    /** Requires an id. */
    public TicketVersion {
        requireNonNull(id, "id");
    }

    /**
     * A ticket in whatever version it is.
     *
     * @param id the ticket
     * @return the ticket
     */
    public static TicketVersion any(TicketId id) {
        return new TicketVersion(id, null);
    }
}
