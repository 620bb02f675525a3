package io.insightdesk.identity;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which teams to list; in the order in which they were made.
 *
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record TeamQuery(@Nullable String cursor, int limit) {

    /** Checks the limit. */
    public TeamQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static TeamQuery all() {
        return new TeamQuery(null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public TeamQuery after(@Nullable String nextCursor) {
        return new TeamQuery(nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public TeamQuery limit(int count) {
        return new TeamQuery(cursor, count);
    }
}
