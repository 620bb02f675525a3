package io.insightdesk.identity;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which agents to list; in the order in which they were made.
 *
 * @param active only those who may work, or only those who may not; null for all
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record AgentQuery(@Nullable Boolean active, @Nullable String cursor, int limit) {

    /** Checks the limit. */
    public AgentQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static AgentQuery all() {
        return new AgentQuery(null, null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public AgentQuery after(@Nullable String nextCursor) {
        return new AgentQuery(active, nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public AgentQuery limit(int count) {
        return new AgentQuery(active, cursor, count);
    }
}
