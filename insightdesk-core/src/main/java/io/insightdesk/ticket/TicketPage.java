package io.insightdesk.ticket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of tickets.
 *
 * @param items the tickets, in the order that was asked for
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record TicketPage(List<Ticket> items, @Nullable String nextCursor) {

    /** Makes the list unmodifiable. */
    public TicketPage {
        items = List.copyOf(items);
    }
}
