package io.insightdesk.transfer.internal;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.transfer.OperationId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Writes everything about a person into a file. A node that dies leaves nothing but what the sweeper takes. Thread-safe. */
final class ExportJob {

    /** How long the file is kept. */
    static final Duration KEPT_FOR = Duration.ofDays(7);

    private static final int EXPIRED_AT_ONCE = 100;

    private final ExportStore store;
    private final OperationStore operations;
    private final StorageFeature storage;

    ExportJob(ExportStore store, OperationStore operations, StorageFeature storage) {
        this.store = store;
        this.operations = operations;
        this.storage = storage;
    }

    void run(JobContext context, Scope scope, OperationId id) throws IOException {
        OperationStore.Stored operation =
                scope.run(tx -> operations.find(tx, id)).orElse(null);
        if (operation == null || operation.finishedAt() != null) {
            return;
        }
        context.progress(10, "Takes what is there");
        scope.run(tx -> {
            store.clear(tx, id);
            requireNotErased(tx, operation);
            return store.take(tx, id, operation.customer());
        });
        context.progress(30, "Writes the file");
        Blob file;
        try (InputStream content = new ExportStream(store, storage, scope, operation)) {
            file = storage.store(scope.tenant(), content, Long.MAX_VALUE);
        }
        boolean kept = false;
        try {
            kept = scope.run(tx -> finish(tx, scope, operation, file));
        } finally {
            if (!kept) {
                // The person was erased meanwhile, or another node was first.
                discard(scope, file);
            }
        }
    }

    private boolean finish(Tx tx, Scope scope, OperationStore.Stored operation, Blob file) {
        requireNotErased(tx, operation);
        OperationId id = operation.id();
        if (!operations.finish(tx, id, file.id(), scope.now().plus(KEPT_FOR), scope.now())) {
            return false;
        }
        storage.link(tx, file.id());
        for (String part : ExportStream.PARTS) {
            operations.count(tx, id, part, store.count(tx, id, part));
        }
        store.clear(tx, id);
        return true;
    }

    private void requireNotErased(Tx tx, OperationStore.Stored operation) {
        if (!store.mayExport(tx, operation.customer())) {
            throw new PermanentFailureException("the customer was erased meanwhile", null);
        }
    }

    private void discard(Scope scope, Blob file) {
        scope.run(tx -> {
            storage.discard(tx, List.of(file.id()));
            return file;
        });
        int unused = storage.removeDiscarded(scope.tenant());
    }

    /** Removes files that were kept for long enough, and what exports that were given up left. */
    void removeOld(Scope scope) {
        int taken;
        do {
            taken = scope.run(tx -> {
                var expired = operations.takeExpired(tx, scope.now(), EXPIRED_AT_ONCE);
                storage.discard(tx, expired);
                return expired.size();
            });
        } while (taken == EXPIRED_AT_ONCE);
        scope.run(tx -> store.clearOld(tx, scope.now().minus(KEPT_FOR)));
        int unused = storage.removeDiscarded(scope.tenant());
    }
}
