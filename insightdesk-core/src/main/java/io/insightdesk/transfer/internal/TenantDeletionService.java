package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.transfer.TenantDeletion;
import io.insightdesk.transfer.TenantDeletions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

final class TenantDeletionService implements TenantDeletions {

    private static final JobKind<Target> KIND = new JobKind<>("insightdesk.tenant.delete", Target.class);
    private static final RetryPolicy POLICY = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1))
            .timeout(Duration.ofHours(6));

    private final Database database;
    private final TenantDeletionStore store;
    private final JobFeature jobs;
    private final TenantFeature tenants;
    private final Clock clock;

    /** Whose deletion a job goes on with. */
    record Target(UUID tenant) {}

    TenantDeletionService(
            Database database,
            TenantDeletionStore store,
            TenantEraser eraser,
            JobFeature jobs,
            TenantFeature tenants,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.jobs = jobs;
        this.tenants = tenants;
        this.clock = clock;
        jobs.register(KIND, (job, target, completion) -> eraser.run(job, new TenantId(target.tenant())), POLICY);
    }

    @Override
    public TenantDeletion begin(TenantId tenant) {
        requireNonNull(tenant, "tenant");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return database.system(tx -> {
            boolean unused = store.begin(tx, tenant, now);
            TenantDeletion deletion =
                    store.find(tx, tenant).orElseThrow(() -> new NotFoundException("tenant", tenant.toString()));
            if (deletion.finishedAt() == null) {
                jobs.enqueueForNobody(
                        tx,
                        NewJob.builder(KIND, new Target(tenant.value()))
                                .uniqueKey(tenant.toString())
                                .maxAttempts(Integer.MAX_VALUE)
                                .build(),
                        now);
            }
            tx.afterCommit(tenants::forgetSuspended);
            return deletion;
        });
    }

    @Override
    public Optional<TenantDeletion> find(TenantId tenant) {
        requireNonNull(tenant, "tenant");
        return database.system(tx -> store.find(tx, tenant));
    }
}
