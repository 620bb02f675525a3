package io.insightdesk.transfer.internal;

import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.transfer.RetentionKind;
import io.insightdesk.transfer.RetentionRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Applies a tenant's rules of retention in small transactions, so many things at most at a time: what is left waits for the next
 * time, and vacuum keeps up. Bears being cut short and repeated. Thread-safe.
 */
final class RetentionTask {

    /** So many tickets, attachments or mails each time. */
    static final int MOST_AT_A_TIME = 10_000;

    private static final int BATCH = 100;

    private final RetentionStore rules;
    private final ContentStore contents;
    private final HoldStore holds;
    private final ContentEraser eraser;
    private final StorageFeature storage;
    private final EventFeature events;

    RetentionTask(
            RetentionStore rules,
            ContentStore contents,
            HoldStore holds,
            ContentEraser eraser,
            StorageFeature storage,
            EventFeature events) {
        this.rules = rules;
        this.contents = contents;
        this.holds = holds;
        this.eraser = eraser;
        this.storage = storage;
        this.events = events;
    }

    void run(Scope scope) {
        List<RetentionRule> all = scope.run(rules::list);
        for (RetentionRule rule : all) {
            apply(scope, rule.kind());
        }
        if (!all.isEmpty()) {
            int unused = storage.removeDiscarded(scope.tenant());
        }
    }

    private void apply(Scope scope, RetentionKind kind) {
        long seen = 0;
        long total = 0;
        Batch batch;
        do {
            batch = switch (kind) {
                case CLOSED_TICKETS -> tickets(scope);
                case ATTACHMENTS, RAW_MAILS -> parts(scope, kind);
                case AUDIT, AUDIT_PERSONAL -> trail(scope, kind);
            };
            seen += batch.found();
            total += batch.taken();
        } while (batch.more() && seen < MOST_AT_A_TIME);
        long count = total;
        scope.run(tx -> {
            rules.applied(tx, kind, count, scope.now());
            return kind;
        });
    }

    /** How many things were due, how many this node took away, and whether there may be more. */
    private record Batch(int found, int taken, boolean more) {
        static final Batch NOTHING = new Batch(0, 0, false);
    }

    private Batch tickets(Scope scope) {
        List<TicketId> due = scope.run(tx -> before(tx, scope, RetentionKind.CLOSED_TICKETS)
                .map(before -> contents.closedBefore(tx, before, BATCH))
                .orElse(List.of()));
        int taken = 0;
        for (TicketId ticket : due) {
            taken += scope.run(tx ->
                            before(tx, scope, RetentionKind.CLOSED_TICKETS).isPresent()
                                    ? eraser.erase(tx, scope, ticket)
                                    : ContentEraser.Erased.NOTHING)
                    .tickets();
        }
        return new Batch(due.size(), taken, due.size() == BATCH);
    }

    private Batch parts(Scope scope, RetentionKind kind) {
        return scope.run(tx -> {
            holds.lockShared(tx);
            Optional<Instant> before = before(tx, scope, kind);
            if (before.isEmpty()) {
                return Batch.NOTHING;
            }
            List<BlobId> blobs = kind == RetentionKind.ATTACHMENTS
                    ? contents.deleteAttachments(tx, before.get(), BATCH)
                    : contents.deleteMails(tx, before.get(), BATCH);
            storage.discard(tx, blobs);
            return new Batch(blobs.size(), blobs.size(), blobs.size() == BATCH);
        });
    }

    private Batch trail(Scope scope, RetentionKind kind) {
        return scope.run(tx -> {
            holds.lockShared(tx);
            Optional<Instant> before = before(tx, scope, kind);
            if (before.isEmpty() || holds.any(tx)) {
                return Batch.NOTHING;
            }
            if (kind == RetentionKind.AUDIT) {
                int gone = events.retireAudit(tx, before.get(), scope.now());
                return new Batch(gone, gone, gone > 0);
            }
            int erased = events.forgetPersonalBefore(tx, before.get(), BATCH);
            return new Batch(erased, erased, erased == BATCH);
        });
    }

    /** Before when things are old enough; empty where there is no rule any more. */
    private Optional<Instant> before(Tx tx, Scope scope, RetentionKind kind) {
        return rules.lock(tx, kind).map(rule -> scope.now().minus(rule.keepFor()));
    }
}
