package io.insightdesk.customer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of organizations.
 *
 * @param items the organizations, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record OrganizationPage(
        List<Organization> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public OrganizationPage {
        items = List.copyOf(items);
    }
}
