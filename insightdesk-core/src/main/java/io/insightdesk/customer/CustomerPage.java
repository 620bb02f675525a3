package io.insightdesk.customer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of customers.
 *
 * @param items the customers, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record CustomerPage(List<Customer> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public CustomerPage {
        items = List.copyOf(items);
    }
}
