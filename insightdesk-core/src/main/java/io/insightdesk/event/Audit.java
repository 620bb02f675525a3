package io.insightdesk.event;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail of a tenant: who did what to what, from where, and what it was before; everything that is about no ticket, for a
 * ticket has an activity list of its own. Within about a minute a sealer puts events into segments that are chained by hashes and
 * signed with the integrity keys, so that whoever changes the database by hand is found out. All calls need
 * {@code audit:read}. Thread-safe.
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
     * personal values that were altered; erased ones are right. Takes as long as reading the events takes. Nothing protects the
     * last minute, before it is sealed; and whoever holds the integrity keys can seal anew, so keep the
     * {@linkplain AuditCheck#head() head} of earlier checks, or the log lines of the sealer, elsewhere.
     *
     * @param from only segments with events from then on; null for the beginning
     * @param to only segments with events up to then; null for the end
     * @return what was found
     * @throws io.insightdesk.error.AccessDeniedException without {@code audit:read}
     */
    AuditCheck verify(@Nullable Instant from, @Nullable Instant to);
}
