package io.insightdesk.event;

import io.insightdesk.internal.Paging;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events of the audit trail.
 *
 * @param actor only what this agent, customer or token did; null for all
 * @param type only of this type, such as {@code agent_changed}; null for all
 * @param subject only what happened to this: an identifier or a name; null for all
 * @param from only what happened then or later; null for the beginning
 * @param to only what happened before; null for the end
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record AuditQuery(
        @Nullable UUID actor,
        @Nullable String type,
        @Nullable String subject,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String cursor,
        int limit) {

    /** Checks the limit. */
    public AuditQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The latest 25 of all.
     *
     * @return the query
     */
    public static AuditQuery all() {
        return new AuditQuery(null, null, null, null, null, null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query, of one actor.
     *
     * @param id an agent, customer or token
     * @return a copy
     */
    public AuditQuery by(UUID id) {
        return new AuditQuery(id, type, subject, from, to, cursor, limit);
    }

    /**
     * The same query, of one type.
     *
     * @param name such as {@code agent_changed}
     * @return a copy
     */
    public AuditQuery type(String name) {
        return new AuditQuery(actor, name, subject, from, to, cursor, limit);
    }

    /**
     * The same query, about one thing.
     *
     * @param id an identifier or a name
     * @return a copy
     */
    public AuditQuery about(String id) {
        return new AuditQuery(actor, type, id, from, to, cursor, limit);
    }

    /**
     * The same query, for a time.
     *
     * @param begin only what happened then or later; null for the beginning
     * @param end only what happened before; null for the end
     * @return a copy
     */
    public AuditQuery between(@Nullable Instant begin, @Nullable Instant end) {
        return new AuditQuery(actor, type, subject, begin, end, cursor, limit);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public AuditQuery after(@Nullable String nextCursor) {
        return new AuditQuery(actor, type, subject, from, to, nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public AuditQuery limit(int count) {
        return new AuditQuery(actor, type, subject, from, to, cursor, count);
    }
}
