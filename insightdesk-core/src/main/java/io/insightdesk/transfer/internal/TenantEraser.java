package io.insightdesk.transfer.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobContext;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes all that a tenant has. Each batch is a transaction with the record of it, and each step finds by itself what is left, so
 * that it may be cut short anywhere, repeated, and done by two nodes at once.
 */
final class TenantEraser {

    private static final Logger log = LoggerFactory.getLogger(TenantEraser.class);
    private static final int BATCH = 5_000;
    private static final String BLOBS = "blob";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Database database;
    private final TenantDeletionStore store;
    private final StorageFeature storage;
    private final Clock clock;
    private final Duration knownAfter;

    /**
     * Makes an eraser.
     *
     * @param knownAfter after how long every node refuses the tenant
     */
    TenantEraser(
            Database database, TenantDeletionStore store, StorageFeature storage, Clock clock, Duration knownAfter) {
        this.database = database;
        this.store = store;
        this.storage = storage;
        this.clock = clock;
        this.knownAfter = knownAfter;
    }

    /** Goes on with a deletion until it is done, or must wait for others. */
    void run(JobContext job, TenantId tenant) {
        Optional<Duration> refused = database.system(tx -> store.suspendedFor(tx, tenant));
        if (refused.isEmpty()) {
            return;
        }
        Duration wait = knownAfter.minus(refused.get());
        if (!wait.isNegative() && !wait.isZero()) {
            waitFor(job, "every node to know", wait);
            return;
        }
        int running = database.system(tx -> store.cancelRunning(tx, tenant));
        if (running > 0) {
            waitFor(job, running + " running jobs", LOOK_AGAIN);
            return;
        }
        removeAll(job, tenant);
        database.system(tx -> {
            store.setFence(tx, tenant);
            return tenant;
        });
        if (!database.system(tx -> store.pastFence(tx, tenant))) {
            waitFor(job, "open transactions", LOOK_AGAIN);
            return;
        }
        // What those wrote whose transactions were open.
        removeAll(job, tenant);
        Map<String, Long> left =
                database.system(tx -> store.prove(tx, tenant, clock.instant().truncatedTo(ChronoUnit.MICROS)));
        if (!left.isEmpty()) {
            log.info("Of tenant {} rows came meanwhile: {}", tenant, left);
            waitFor(job, "late rows", LOOK_AGAIN);
            return;
        }
        log.info("Tenant {} is deleted, and nothing of it was found in any table", tenant);
    }

    private static void waitFor(JobContext job, String what, Duration time) {
        job.progress(0, "waits for " + what);
        job.snooze(time);
    }

    private void removeAll(JobContext job, TenantId tenant) {
        List<String> tables = database.system(store::tables);
        for (int i = 0; i < tables.size(); i++) {
            String table = tables.get(i);
            long gone;
            do {
                if (job.isCancelled()) {
                    throw new IllegalStateException("stopped; the next attempt goes on with what is left");
                }
                job.progress(i * 100 / tables.size(), table);
                gone = table.equals(BLOBS) ? removeBlobs(tenant) : removeRows(tenant, table);
            } while (gone > 0);
        }
    }

    private long removeRows(TenantId tenant, String table) {
        return database.system(tx -> store.delete(tx, tenant, table, BATCH));
    }

    /** Contents first, then their rows: a row without content is found again, a content without row never. */
    private long removeBlobs(TenantId tenant) {
        int gone = storage.removeSome(tenant);
        if (gone > 0) {
            database.system(tx -> {
                store.note(tx, tenant, BLOBS, gone);
                return gone;
            });
        }
        return gone;
    }
}
