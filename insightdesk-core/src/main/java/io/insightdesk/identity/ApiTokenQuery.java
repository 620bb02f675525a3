package io.insightdesk.identity;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which API tokens to list; in the order in which they were made.
 *
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record ApiTokenQuery(@Nullable String cursor, int limit) {

    /** Checks the limit. */
    public ApiTokenQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static ApiTokenQuery all() {
        return new ApiTokenQuery(null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public ApiTokenQuery after(@Nullable String nextCursor) {
        return new ApiTokenQuery(nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public ApiTokenQuery limit(int count) {
        return new ApiTokenQuery(cursor, count);
    }
}
