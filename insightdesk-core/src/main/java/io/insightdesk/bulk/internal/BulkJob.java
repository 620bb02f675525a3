package io.insightdesk.bulk.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.ActorType;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.internal.TicketFeature;
import io.insightdesk.transfer.OperationId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes tickets one by one. Each is changed in one transaction with the note that it was, under the lock of the operation: so it is
 * changed once, whichever node does it, and whoever cancels waits for no more than one. Thread-safe.
 */
final class BulkJob {

    /** After so long others have their turn. */
    private static final Duration TURN = Duration.ofMinutes(5);

    private static final Duration UNTIL_RESUMED = Duration.ofMinutes(1);

    private final BulkFeature feature;

    BulkJob(BulkFeature feature) {
        this.feature = feature;
    }

    void run(JobContext context, Scope system, OperationId operation) {
        Optional<BulkStore.Bulk> found = system.run(tx -> feature.store.find(tx, operation));
        if (found.isEmpty()) {
            return;
        }
        BulkStore.Bulk bulk = found.get();
        Scope actor = actor(system, bulk);
        long begun = System.nanoTime();
        try {
            for (int done = step(actor, bulk); done >= 0; done = step(actor, bulk)) {
                if (context.isCancelled()) {
                    throw new IllegalStateException("stopped; the next attempt goes on");
                }
                context.progress((int) (100L * done / bulk.total()), done + " of " + bulk.total() + " tickets");
                if (System.nanoTime() - begun > TURN.toNanos()) {
                    context.snooze(Duration.ZERO);
                    return;
                }
            }
        } catch (AccessDeniedException e) {
            // What one ticket refuses is counted; this is the tenant, which may be let go on.
            if (!e.code().equals("tenant_suspended")) {
                throw e;
            }
            context.snooze(UNTIL_RESUMED);
        }
    }

    /** The actor who asked, with what the actor may do now. */
    private Scope actor(Scope system, BulkStore.Bulk bulk) {
        boolean isSystem = bulk.actor().type() == ActorType.SYSTEM;
        Authority authority = isSystem ? Authority.ALL : feature.identity.authorityThrough(bulk.through());
        return new Scope(
                system.tenant(),
                bulk.actor(),
                authority,
                system.transactions(),
                system.clock(),
                bulk.requestId(),
                system.origin());
    }

    /** Does one ticket; answers how many are done, or -1 at the end. */
    private int step(Scope scope, BulkStore.Bulk bulk) {
        Attempted attempted = new Attempted();
        try {
            return scope.run(tx -> {
                BulkStore.Position at = position(tx, bulk);
                attempted.at = at;
                if (at == null) {
                    return -1;
                }
                TicketVersion ticket = at.ticket();
                if (ticket == null) {
                    feature.operations.finish(tx, scope, bulk.operation());
                    feature.store.delete(tx, bulk.operation());
                    return -1;
                }
                change(tx, scope, bulk, ticket);
                feature.store.moveOn(tx, bulk.operation());
                return at.seq() + 1;
            });
        } catch (UnavailableException e) {
            throw e;
        } catch (InsightDeskException e) {
            BulkStore.Position at = attempted.at;
            if (at == null) {
                throw e;
            }
            return refused(scope, bulk, at, e);
        }
    }

    /** Where a step was when it failed. */
    private static final class Attempted {
        private BulkStore.@Nullable Position at;
    }

    private BulkStore.@Nullable Position position(Tx tx, BulkStore.Bulk bulk) {
        if (!feature.operations.lockIfGoingOn(tx, bulk.operation())) {
            feature.store.delete(tx, bulk.operation());
            return null;
        }
        return feature.store.next(tx, bulk.operation()).orElse(null);
    }

    private void change(Tx tx, Scope scope, BulkStore.Bulk bulk, TicketVersion ticket) {
        Access access = scope.in(tx).access();
        bulk.change().permissions().stream().sorted().forEach(access::require);
        TicketFeature.Changed changed =
                feature.tickets.named(() -> feature.tickets.change(tx, scope, access, ticket, bulk.change()));
        boolean same = changed.before().version() == changed.after().version();
        feature.operations.count(tx, bulk.operation(), same ? "unchanged" : "changed", 1);
    }

    /** Counts a ticket that cannot be changed, and goes on; unless another node was faster. */
    private int refused(Scope scope, BulkStore.Bulk bulk, BulkStore.Position at, InsightDeskException reason) {
        return scope.run(tx -> {
            BulkStore.Position now = position(tx, bulk);
            if (now == null) {
                return -1;
            }
            if (now.seq() == at.seq()) {
                feature.operations.count(tx, bulk.operation(), "refused", 1);
                feature.operations.count(tx, bulk.operation(), "refused." + reason.code(), 1);
                feature.store.moveOn(tx, bulk.operation());
            }
            return at.seq() + 1;
        });
    }
}
