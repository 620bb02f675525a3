package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.LongOperations;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationKind;
import io.insightdesk.transfer.OperationStatus;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class OperationService implements LongOperations {

    private final Scope scope;
    private final OperationStore store;
    private final JobFeature jobs;
    private final StorageFeature storage;
    private final EventFeature events;

    OperationService(Scope scope, OperationStore store, JobFeature jobs, StorageFeature storage, EventFeature events) {
        this.scope = scope;
        this.store = store;
        this.jobs = jobs;
        this.storage = storage;
        this.events = events;
    }

    @Override
    public LongOperation get(OperationId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        if (!access.allows(Permission.PERSON_ERASE)) {
            access.require(Permission.PERSON_EXPORT);
        }
        return scope.run(tx -> {
            OperationStore.Stored stored = store.find(tx, id)
                    .filter(found -> access.allows(permission(found.kind())))
                    .orElseThrow(() -> notFound(id));
            if (stored.finishedAt() != null) {
                return shown(stored, null);
            }
            Optional<Job> job = jobs.jobs(scope.in(tx).trusted()).find(new JobId(id.value()));
            // Its job may have ended it, and gone, since it was read.
            return shown(job.isPresent() ? stored : store.find(tx, id).orElse(stored), job.orElse(null));
        });
    }

    @Override
    public InputStream open(OperationId id) {
        requireNonNull(id, "id");
        scope.require(Permission.PERSON_EXPORT);
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException(
                    "An export cannot be read inside a transaction of somebody else, which would be kept open for as "
                            + "long: read it afterwards.");
        }
        Blob result = scope.run(tx -> {
            OperationStore.Stored stored = store.find(tx, id).orElseThrow(() -> notFound(id));
            Blob made = stored.result();
            if (made == null) {
                throw notFound(id);
            }
            events.append(
                    tx,
                    scope,
                    "person_export_read",
                    Map.of(
                            "operationId",
                            id.toString(),
                            "customerId",
                            stored.customer().toString()));
            return made;
        });
        return storage.open(scope.tenant(), result.id());
    }

    static LongOperation shown(OperationStore.Stored stored, @Nullable Job job) {
        Blob result = stored.result();
        return new LongOperation(
                stored.id(),
                stored.kind(),
                stored.customer(),
                status(stored, job),
                job == null ? null : job.progress(),
                job == null ? null : job.progressNote(),
                stored.counts(),
                result == null ? null : result.size(),
                result == null ? null : result.sha256(),
                result == null ? null : stored.expiresAt(),
                stored.createdAt(),
                stored.finishedAt());
    }

    /** What has no job any more and was not finished was discarded or cancelled by somebody. */
    private static OperationStatus status(OperationStore.Stored stored, @Nullable Job job) {
        if (stored.finishedAt() != null) {
            return OperationStatus.DONE;
        }
        if (job == null || job.status() == JobStatus.DEAD) {
            return OperationStatus.FAILED;
        }
        return job.status() == JobStatus.RUNNING ? OperationStatus.RUNNING : OperationStatus.WAITING;
    }

    private static Permission permission(OperationKind kind) {
        return switch (kind) {
            case PERSON_EXPORT -> Permission.PERSON_EXPORT;
            case PERSON_ERASURE -> Permission.PERSON_ERASE;
        };
    }

    private static NotFoundException notFound(OperationId id) {
        return new NotFoundException("operation", id.toString());
    }
}
