package io.insightdesk.event;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail of a tenant: who did what to what, from where, and what it was before; everything that is about no ticket, for a
 * ticket has an activity list of its own. Each event is signed with the integrity keys as it is recorded. Within about ten
 * minutes a sealer puts them into segments, which are chained by hashes and signed, so that whoever changes the database by hand is
 * found out. All calls need {@code audit:read}. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Audit {

    /**
     * Lists events, the latest first.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.AccessDeniedException without {@code audit:read}
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} when the cursor is of another list
     */
    AuditPage list(AuditQuery query);

    /**
     * Writes all events that a query is for, the latest first, as JSON Lines: UTF-8, one object a line, with the fields of
     * {@link AuditEntry}. That somebody exported is itself recorded, as {@code audit_exported}. Read in pages, each in a transaction
     * of its own; nothing is held in memory. Not for use inside a host's transaction.
     *
     * @param query which; its cursor and limit are not used
     * @param target where to; flushed, not closed
     * @throws io.insightdesk.error.AccessDeniedException without {@code audit:read}
     * @throws IOException when the target cannot be written
     */
    void export(AuditQuery query, OutputStream target) throws IOException;

    /**
     * Looks whether the trail is as it was sealed. Finds events that were altered, removed, inserted or put into another order, and
     * personal values that were altered; erased ones are right. Takes as long as reading the events takes. Two things it cannot
     * find: an event that was removed with its place before it was sealed, and an end of the trail that was cut off as a whole.
     * Against the second, keep the {@linkplain AuditCheck#head() head} elsewhere and use {@link #verify(String)}.
     *
     * @param from only segments with events from then on; null for the beginning
     * @param to only segments with events up to then; null for the end
     * @return what was found
     * @throws io.insightdesk.error.AccessDeniedException without {@code audit:read}
     */
    AuditCheck verify(@Nullable Instant from, @Nullable Instant to);

    /**
     * Looks whether the whole trail is as it was sealed, and goes on from where it was once.
     *
     * @param knownHead the {@linkplain AuditCheck#head() head} of an earlier check, or of a log line of the sealer
     * @return what was found; a head that is not of this trail is a {@link AuditCheck.Kind#SEGMENT_REMOVED} or
     *     {@link AuditCheck.Kind#SEGMENT_ALTERED}
     * @throws io.insightdesk.error.AccessDeniedException without {@code audit:read}
     * @throws io.insightdesk.error.InvalidInputException when this is no head, or one that a rule of retention took away meanwhile
     */
    AuditCheck verify(String knownHead);
}
