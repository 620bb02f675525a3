package io.insightdesk.customer;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which organizations to list; in the order in which they were made.
 *
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record OrganizationQuery(@Nullable String cursor, int limit) {

    /** Checks the limit. */
    public OrganizationQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static OrganizationQuery all() {
        return new OrganizationQuery(null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public OrganizationQuery after(@Nullable String nextCursor) {
        return new OrganizationQuery(nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public OrganizationQuery limit(int count) {
        return new OrganizationQuery(cursor, count);
    }
}
