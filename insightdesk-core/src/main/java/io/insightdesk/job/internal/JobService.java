package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobPage;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The jobs of a tenant, or nobody's. */
final class JobService implements Jobs {

    private static final int UNIQUE_ATTEMPTS = 5;
    static final TenantId NOBODY = new TenantId(new UUID(0, 0));

    private final Access access;
    private final JobViewStore view;
    private final JobFeature feature;
    private final Cursors cursors;
    private final Clock clock;

    /** In whose name and in which transactions the service works. */
    interface Access {
        @Nullable TenantId tenant();

        void require(Permission permission);

        <T extends @Nullable Object> T run(TxWork<T> work);
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
        return access.run(tx -> enqueue(tx, job));
    }

    /** In a running transaction; who may do it is checked by the caller. */
    JobId enqueue(Tx tx, NewJob job) {
        String key = job.uniqueKey();
        for (int attempt = 1; attempt <= UNIQUE_ATTEMPTS; attempt++) {
            Optional<JobId> enqueued = feature.enqueue(tx, access.tenant(), job, now());
            if (enqueued.isEmpty() && key != null) {
                // Done between the two statements, it is not found, and there is room for the new one.
                enqueued = view.findByUniqueKey(tx, job.kind(), key);
            }
            if (enqueued.isPresent()) {
                return enqueued.get();
            }
        }
        throw new ConflictException(
                "unique_key_taken",
                "Jobs of kind '" + job.kind() + "' with the unique key '" + key + "' come and go too fast.");
    }

    @Override
    public List<JobId> enqueueAll(List<NewJob> jobs) {
        List<NewJob> all = List.copyOf(jobs);
        access.require(Permission.JOB_ADMIN);
        return all.isEmpty() ? List.of() : access.run(tx -> enqueueAll(tx, all));
    }

    private List<JobId> enqueueAll(Tx tx, List<NewJob> jobs) {
        JobFeature.Enqueued enqueued = feature.enqueueAll(tx, access.tenant(), jobs, now());
        if (enqueued.complete()) {
            return enqueued.ids();
        }
        List<JobId> ids = new ArrayList<>(enqueued.ids());
        for (int i = 0; i < ids.size(); i++) {
            NewJob job = jobs.get(i);
            // Enqueued now, it is the one that is found; else the one that was before.
            if (job.uniqueKey() != null) {
                ids.set(i, enqueue(tx, job));
            }
        }
        return List.copyOf(ids);
    }

    @Override
    public Optional<Job> find(JobId id) {
        requireNonNull(id, "id");
        access.require(Permission.JOB_READ);
        return access.run(tx -> view.find(tx, id));
    }

    @Override
    public JobPage listDead(JobQuery query) {
        access.require(Permission.JOB_READ);
        TenantId tenant = access.tenant();
        Cursors.Listing listing = cursors.on("jobs.dead", tenant == null ? NOBODY : tenant);
        Cursors.Position position = listing.decode(query.cursor());
        JobId after = position == null ? null : new JobId(position.uuid(0));
        List<Job> found = access.run(tx -> view.listDead(tx, after, query.limit() + 1));
        return listing.page(found, query.limit(), job -> new Object[] {job.id()}, JobPage::new);
    }

    @Override
    public void retry(JobId id) {
        access.require(Permission.JOB_ADMIN);
        try {
            boolean retried = access.run(tx -> {
                tx.afterCommit(feature::wake);
                return view.retry(tx, id, now());
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
        requireFound(access.run(tx -> view.discard(tx, id)), id);
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
