package io.insightdesk.mail;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which mailboxes to list; in the order in which they were made.
 *
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record MailboxQuery(@Nullable String cursor, int limit) {

    /** Checks the limit. */
    public MailboxQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static MailboxQuery all() {
        return new MailboxQuery(null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public MailboxQuery after(@Nullable String nextCursor) {
        return new MailboxQuery(nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public MailboxQuery limit(int count) {
        return new MailboxQuery(cursor, count);
    }
}
