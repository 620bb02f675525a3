package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobBatch;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobPage;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.UniqueConflict;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The jobs of a tenant, or nobody's. */
final class JobService implements Jobs {

    private static final int UNIQUE_ATTEMPTS = 5;
    private static final int AT_ONCE = 500;
    static final TenantId NOBODY = new TenantId(Lane.NOBODY);

    private final Access access;
    private final JobViewStore view;
    private final JobFeature feature;
    private final Cursors cursors;
    private final Clock clock;

    /** In whose name and in which transactions the service works. */
    interface Access {
        @Nullable TenantId tenant();

        /** Whether what is done becomes part of a transaction that somebody else began. */
        boolean joinsAnother();

        void require(Permission permission);

        <T extends @Nullable Object> T run(TxWork<T> work);

        /** Writes down what an administrator did, in its transaction; nobody's jobs have no trail. */
        void record(Tx tx, String type, Map<String, ?> payload);
    }

    JobService(Access access, JobViewStore view, JobFeature feature, Cursors cursors, Clock clock) {
        this.access = access;
        this.view = view;
        this.feature = feature;
        this.cursors = cursors;
        this.clock = clock;
    }

    @Override
    public JobId enqueue(NewJob job) {
        requireNonNull(job, "job");
        access.require(Permission.JOB_ADMIN);
        if (job.uniqueKey() == null && !access.joinsAnother()) {
            Instant now = now();
            EnqueueStore.Row row = JobFeature.row(job, now);
            feature.enqueueAlone(access.tenant(), row, now);
            return row.id();
        }
        return access.run(tx -> enqueue(tx, job));
    }

    /** In a running transaction; who may do it is checked by the caller. */
    JobId enqueue(Tx tx, NewJob job) {
        Instant now = now();
        EnqueueStore.Row row = JobFeature.row(job, now);
        String key = job.uniqueKey();
        if (key == null) {
            boolean unused = feature.enqueue(tx, access.tenant(), row, now);
            return row.id();
        }
        Duration uniqueFor = job.uniqueFor();
        if (uniqueFor != null) {
            Optional<JobId> holder = view.findByUniqueKey(tx, job.kind(), key);
            if (holder.isEmpty()) {
                holder = view.takeKey(tx, row, now, now.plus(uniqueFor));
            }
            if (holder.isPresent()) {
                boolean unused = changed(tx, row, now);
                return holder.get();
            }
        }
        for (int attempt = 1; attempt <= UNIQUE_ATTEMPTS; attempt++) {
            if (feature.enqueue(tx, access.tenant(), row, now)) {
                return row.id();
            }
            // Done between the two statements, it is not found, and there is room for the new one.
            Optional<JobId> holder = view.findByUniqueKey(tx, job.kind(), key);
            if (holder.isPresent()) {
                boolean unused = changed(tx, row, now);
                return holder.get();
            }
        }
        throw new ConflictException(
                "unique_key_taken",
                "Jobs of kind '" + job.kind() + "' with the unique key '" + key + "' come and go too fast.");
    }

    private boolean changed(Tx tx, EnqueueStore.Row row, Instant now) {
        UniqueConflict conflict = row.job().conflict();
        if (conflict == UniqueConflict.SKIP || !view.change(tx, row, conflict == UniqueConflict.REPLACE, now)) {
            return false;
        }
        tx.afterCommit(feature::wake);
        return true;
    }

    @Override
    public List<JobId> enqueueAll(List<NewJob> jobs) {
        List<NewJob> all = List.copyOf(jobs);
        access.require(Permission.JOB_ADMIN);
        if (all.isEmpty()) {
            return List.of();
        }
        if (!access.joinsAnother() && all.stream().allMatch(job -> job.uniqueKey() == null)) {
            Instant now = now();
            List<EnqueueStore.Row> rows =
                    all.stream().map(job -> JobFeature.row(job, now)).toList();
            feature.enqueueAllAlone(access.tenant(), rows, now);
            return rows.stream().map(EnqueueStore.Row::id).toList();
        }
        return access.run(tx -> enqueueAll(tx, all));
    }

    private List<JobId> enqueueAll(Tx tx, List<NewJob> jobs) {
        Instant now = now();
        List<EnqueueStore.Row> rows =
                jobs.stream().map(job -> JobFeature.row(job, now)).toList();
        List<EnqueueStore.Row> together =
                rows.stream().filter(row -> !needsMore(row.job())).toList();
        boolean all = feature.enqueueAll(tx, access.tenant(), together, null, now) == together.size();
        List<JobId> ids = new ArrayList<>(rows.size());
        for (EnqueueStore.Row row : rows) {
            // Enqueued now, it is the one that is found; else the one that was before.
            boolean alone = needsMore(row.job()) || (!all && row.job().uniqueKey() != null);
            ids.add(alone ? enqueue(tx, row.job()) : row.id());
        }
        return List.copyOf(ids);
    }

    /** What one statement for many cannot do. */
    private static boolean needsMore(NewJob job) {
        return job.uniqueFor() != null || (job.uniqueKey() != null && job.conflict() != UniqueConflict.SKIP);
    }

    @Override
    public JobBatchId enqueueBatch(List<NewJob> jobs, Function<JobBatchId, NewJob> onEnd) {
        List<NewJob> all = List.copyOf(jobs);
        access.require(Permission.JOB_ADMIN);
        JobBatchId batch = new JobBatchId(Ids.next());
        NewJob last = requireNonNull(onEnd.apply(batch), "the job that follows the batch");
        Violations violations = new Violations();
        if (all.isEmpty()) {
            violations.add("/jobs", "required", "A batch has at least one job.");
        }
        if (all.stream().anyMatch(JobService::needsMore)) {
            violations.add("/jobs", "unsupported", "A batch's job is not replaced, moved, or unique for some time.");
        }
        if (last.uniqueKey() != null || last.runAt() != null || !last.delay().isZero()) {
            violations.add(
                    "/onEnd",
                    "unsupported",
                    "The job that follows a batch is due when it ends, and has no unique key.");
        }
        violations.throwIfAny();
        Instant now = now();
        List<EnqueueStore.Row> rows =
                all.stream().map(job -> JobFeature.row(job, now)).toList();
        access.run(tx -> {
            feature.enqueueBatch(tx, access.tenant(), batch, rows, JobFeature.row(last, now), now);
            return true;
        });
        return batch;
    }

    @Override
    public Optional<JobBatch> findBatch(JobBatchId id) {
        requireNonNull(id, "id");
        access.require(Permission.JOB_READ);
        return access.run(tx -> view.findBatch(tx, id));
    }

    @Override
    public void cancel(JobId id) {
        requireNonNull(id, "id");
        access.require(Permission.JOB_ADMIN);
        JobViewStore.Cancelled cancelled = access.run(tx -> {
            JobViewStore.Cancelled what = view.cancel(tx, id, now());
            if (what == JobViewStore.Cancelled.ASKED) {
                tx.afterCommit(() -> feature.cancel(id));
            }
            if (what != JobViewStore.Cancelled.UNKNOWN) {
                access.record(tx, "job_cancelled", Map.of("jobId", id.toString()));
            }
            return what;
        });
        requireFound(cancelled != JobViewStore.Cancelled.UNKNOWN, id);
    }

    @Override
    public int retryAll(@Nullable String kind) {
        access.require(Permission.JOB_ADMIN);
        int retried = 0;
        JobId after = null;
        do {
            JobId from = after;
            JobViewStore.Retried some = access.run(tx -> {
                tx.afterCommit(feature::wake);
                JobViewStore.Retried done = view.retry(tx, kind, from, now(), AT_ONCE);
                recordMany(tx, "jobs_retried", kind, done.jobs());
                return done;
            });
            retried += some.jobs();
            after = some.last();
        } while (after != null);
        return retried;
    }

    @Override
    public int discardAll(@Nullable String kind) {
        access.require(Permission.JOB_ADMIN);
        return access.run(tx -> {
            int discarded = view.discardAll(tx, kind);
            recordMany(tx, "jobs_discarded", kind, discarded);
            return discarded;
        });
    }

    private void recordMany(Tx tx, String type, @Nullable String kind, int count) {
        if (count > 0) {
            access.record(tx, type, kind == null ? Map.of("count", count) : Map.of("count", count, "kind", kind));
        }
    }

    @Override
    public Optional<Job> find(JobId id) {
        requireNonNull(id, "id");
        access.require(Permission.JOB_READ);
        return access.run(tx -> view.find(tx, id));
    }

    @Override
    public JobPage list(JobQuery query) {
        access.require(Permission.JOB_READ);
        TenantId tenant = access.tenant();
        Cursors.Listing listing = cursors.on("jobs." + query.status().wireName(), tenant == null ? NOBODY : tenant);
        Cursors.Position position = listing.decode(query.cursor());
        JobId after = position == null ? null : new JobId(position.uuid(0));
        List<Job> found = access.run(tx -> view.list(tx, query, after, query.limit() + 1));
        return listing.page(found, query.limit(), job -> new Object[] {job.id()}, JobPage::new);
    }

    @Override
    public void retry(JobId id) {
        access.require(Permission.JOB_ADMIN);
        try {
            boolean retried = access.run(tx -> {
                tx.afterCommit(feature::wake);
                return recorded(tx, view.retry(tx, id, now()), "job_retried", id);
            });
            requireFound(retried, id);
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).isPresent()) {
                throw new ConflictException(
                        "unique_key_taken",
                        "The job '" + id + "' cannot be retried: another of its unique key waits or runs. Discard it.");
            }
            throw e;
        }
    }

    @Override
    public void discard(JobId id) {
        access.require(Permission.JOB_ADMIN);
        requireFound(access.run(tx -> recorded(tx, view.discard(tx, id), "job_discarded", id)), id);
    }

    private boolean recorded(Tx tx, boolean done, String type, JobId id) {
        if (done) {
            access.record(tx, type, Map.of("jobId", id.toString()));
        }
        return done;
    }

    private static void requireFound(boolean found, JobId id) {
        if (!found) {
            throw new NotFoundException("job", id.toString());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
