package io.insightdesk.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of API tokens.
 *
 * @param items the API tokens, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record ApiTokenPage(List<ApiToken> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public ApiTokenPage {
        items = List.copyOf(items);
    }
}
