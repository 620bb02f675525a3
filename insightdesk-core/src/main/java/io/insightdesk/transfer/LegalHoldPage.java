package io.insightdesk.transfer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some legal holds.
 *
 * @param items the holds, those of customers first, then of organizations, then of tickets, each by identifier; unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record LegalHoldPage(List<LegalHold> items, @Nullable String nextCursor) {

    /** Copies the holds. */
    public LegalHoldPage {
        items = List.copyOf(items);
    }
}
