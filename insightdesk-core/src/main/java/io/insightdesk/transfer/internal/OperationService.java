package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
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
import java.util.Arrays;
import java.util.List;
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
        Access access = accessToSome();
        return scope.run(tx -> shown(tx, find(tx, access, id)));
    }

    @Override
    public LongOperation cancel(OperationId id) {
        requireNonNull(id, "id");
        Access access = accessToSome();
        return scope.run(tx -> {
            OperationStore.Stored stored = find(tx, access, id);
            if (stored.kind() != OperationKind.TICKET_CHANGE) {
                throw new ConflictException(
                        "operation_not_cancellable", "An export or an erasure cannot be ended halfway.");
            }
            if (store.cancel(tx, id, scope.now())) {
                events.append(tx, scope, "bulk_change_cancelled", Map.of("operationId", id.toString()));
            }
            OperationStore.Stored ended = find(tx, access, id);
            if (!ended.cancelled()) {
                throw new ConflictException("operation_finished", "The operation is done; there is nothing to cancel.");
            }
            return shown(ended, null);
        });
    }

    /** What the actor may do; refused where none of the kinds is the actor's to see. */
    private Access accessToSome() {
        Access access = scope.access();
        boolean some = Arrays.stream(OperationKind.values())
                .flatMap(kind -> permissions(kind).stream())
                .anyMatch(access::allows);
        if (!some) {
            access.require(Permission.PERSON_EXPORT);
        }
        return access;
    }

    private OperationStore.Stored find(Tx tx, Access access, OperationId id) {
        return store.find(tx, id).filter(found -> sees(access, found)).orElseThrow(() -> notFound(id));
    }

    private static boolean sees(Access access, OperationStore.Stored operation) {
        return access.tickets().customer() == null
                && permissions(operation.kind()).stream().anyMatch(access::allows);
    }

    private LongOperation shown(Tx tx, OperationStore.Stored stored) {
        if (stored.finishedAt() != null) {
            return shown(stored, null);
        }
        Optional<Job> job =
                jobs.jobs(scope.in(tx).trusted()).find(new JobId(stored.id().value()));
        // Its job may have ended it, and gone, since it was read.
        return shown(job.isPresent() ? stored : store.find(tx, stored.id()).orElse(stored), job.orElse(null));
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
                stored.about(),
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
            return stored.cancelled() ? OperationStatus.CANCELLED : OperationStatus.DONE;
        }
        if (job == null || job.status() == JobStatus.DEAD) {
            return OperationStatus.FAILED;
        }
        return job.status() == JobStatus.RUNNING ? OperationStatus.RUNNING : OperationStatus.WAITING;
    }

    /** Any one of them is enough. */
    private static List<Permission> permissions(OperationKind kind) {
        return switch (kind) {
            case PERSON_EXPORT -> List.of(Permission.PERSON_EXPORT);
            case PERSON_ERASURE -> List.of(Permission.PERSON_ERASE);
            case TICKET_CHANGE -> List.of(Permission.TICKET_UPDATE, Permission.TICKET_ASSIGN, Permission.TICKET_CLOSE);
        };
    }

    private static NotFoundException notFound(OperationId id) {
        return new NotFoundException("operation", id.toString());
    }
}
