package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobId;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of the engine, in transactions across tenants; only {@link #insert} and {@link #complete(Tx, ClaimedJob)} work in a tenant's. */
final class JobStore {

    /** Without a conflict target, because naming one needs the right to read, which the work role does not have. */
    private static final String INSERT = """
            insert into {schema}.job (
              id, tenant_id, queue, kind, payload, unique_key, priority, run_at, max_attempts, created_at)
            values (
              :id, :tenantId, :queue, :kind, :payload::jsonb, :uniqueKey, :priority, :runAt, :maxAttempts, :now)
            on conflict do nothing
            """;

    /** Answers false where a job of the same unique key waits or runs. */
    boolean insert(Tx tx, JobId id, @Nullable TenantId tenant, NewJob job, Instant runAt, Instant now) {
        return tx.update(INSERT)
                        .bind("id", id.value())
                        .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                        .bind("queue", job.queue())
                        .bind("kind", job.kind())
                        .bind("payload", job.payload())
                        .bind("uniqueKey", job.uniqueKey())
                        .bind("priority", job.priority())
                        .bind("runAt", runAt)
                        .bind("maxAttempts", job.maxAttempts())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static final String CLAIM_DUE = """
            update {schema}.job
            set state = 'running', attempts = attempts + 1, fence = fence + 1, worker = :worker,
              lease_until = clock_timestamp() + :leaseMillis * interval '1 millisecond'
            where id = any(array(
              select id
              from {schema}.job
              where state = 'ready' and run_at <= :now and kind = any(:kinds)
                and (cardinality(:queues) = 0 or queue = any(:queues))
              order by priority desc, run_at, id
              limit :limit
              for update skip locked))
            returning id, tenant_id, kind, payload, attempts, max_attempts, fence, priority, run_at
            """;

    List<ClaimedJob> claimDue(
            Tx tx,
            Collection<String> kinds,
            Set<String> queues,
            int limit,
            String worker,
            Duration lease,
            Instant now) {
        return tx.query(CLAIM_DUE)
                .bind("worker", worker)
                .bind("leaseMillis", lease.toMillis())
                .bind("now", now)
                .bindArray("kinds", String.class, List.copyOf(kinds))
                .bindArray("queues", String.class, List.copyOf(queues))
                .bind("limit", limit)
                .map((row, context) -> claimed(row))
                .list();
    }

    private static ClaimedJob claimed(ResultSet row) throws SQLException {
        UUID tenant = row.getObject("tenant_id", UUID.class);
        return new ClaimedJob(
                new JobId(row.getObject("id", UUID.class)),
                tenant == null ? null : new TenantId(tenant),
                row.getString("kind"),
                row.getString("payload"),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getLong("fence"));
    }

    private static final String DELETE = """
            delete from {schema}.job
            where id = :id and fence = :fence and state = 'running'
            """;

    /** Ends a job that is done; false when this node no longer has it. */
    boolean delete(Tx tx, ClaimedJob job) {
        return tx.update(DELETE)
                        .bind("id", job.id().value())
                        .bind("fence", job.fence())
                        .execute()
                == 1;
    }

    private static final String COMPLETE = """
            select {schema}.complete_job(:id, :fence)
            """;

    /** Ends a job that is done, in a transaction of its tenant; false when this node no longer has it. */
    boolean complete(Tx tx, ClaimedJob job) {
        return tx.query(COMPLETE)
                .bind("id", job.id().value())
                .bind("fence", job.fence())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String PUT_BACK = """
            update {schema}.job
            set state = 'ready', run_at = :runAt, attempts = :attempts, lease_until = null, worker = null,
              last_error = coalesce(:error, last_error)
            where id = :id and fence = :fence and state = 'running'
            """;

    /** Makes a job due again; false when this node no longer has it. */
    boolean putBack(Tx tx, ClaimedJob job, Instant runAt, int attempts, @Nullable String error) {
        return tx.update(PUT_BACK)
                        .bind("id", job.id().value())
                        .bind("fence", job.fence())
                        .bind("runAt", runAt)
                        .bind("attempts", attempts)
                        .bind("error", error)
                        .execute()
                == 1;
    }

    private static final String BURY = """
            update {schema}.job
            set state = 'dead', lease_until = null, worker = null, last_error = :error, dead_at = :now
            where id = :id and fence = :fence and state = 'running'
            """;

    /** Gives a job up; false when this node no longer has it. */
    boolean bury(Tx tx, ClaimedJob job, String error, Instant now) {
        return tx.update(BURY)
                        .bind("id", job.id().value())
                        .bind("fence", job.fence())
                        .bind("error", error)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** Rows that are locked are being completed, so they are neither extended nor lost. */
    private static final String EXTEND = """
            update {schema}.job
            set lease_until = clock_timestamp() + :leaseMillis * interval '1 millisecond'
            where id = any(array(
              select job.id
              from unnest(:ids, :fences) as mine (id, fence)
              join {schema}.job as job on job.id = mine.id and job.fence = mine.fence and job.state = 'running'
              order by job.id
              for update of job skip locked))
            """;

    private static final String LOST = """
            select mine.id
            from unnest(:ids, :fences) as mine (id, fence)
            where not exists (
              select
              from {schema}.job as job
              where job.id = mine.id and job.fence = mine.fence and job.state = 'running')
            """;

    /** Extends the leases of jobs; answers those that this node no longer has. */
    Set<JobId> extend(Tx tx, List<ClaimedJob> jobs, Duration lease) {
        List<UUID> ids = jobs.stream().map(job -> job.id().value()).toList();
        List<Long> fences = jobs.stream().map(ClaimedJob::fence).toList();
        tx.update(EXTEND)
                .bind("leaseMillis", lease.toMillis())
                .bindArray("ids", UUID.class, ids)
                .bindArray("fences", Long.class, fences)
                .execute();
        return Set.copyOf(tx.query(LOST)
                .bindArray("ids", UUID.class, ids)
                .bindArray("fences", Long.class, fences)
                .map((row, context) -> new JobId(row.getObject("id", UUID.class)))
                .list());
    }

    private static final String RESCUE = """
            update {schema}.job
            set state = case when attempts < max_attempts then 'ready' else 'dead' end,
              dead_at = case when attempts < max_attempts then null else :now::timestamptz end,
              fence = fence + 1, lease_until = null, worker = null,
              last_error = 'The worker ' || coalesce(worker, '?') || ' was not heard of until its lease ended.'
            where id = any(array(
              select id
              from {schema}.job
              where state = 'running' and lease_until < clock_timestamp()
              order by lease_until
              limit 1000
              for update skip locked))
            """;

    /** Takes jobs away from workers that were not heard of for the time of their lease; the attempt counts. */
    int rescue(Tx tx, Instant now) {
        return tx.update(RESCUE).bind("now", now).execute();
    }

    /** How many jobs a queue holds in a state. */
    record QueueSize(String queue, String status, long jobs) {}

    private static final String SIZES = """
            select queue, state, count(*) as jobs
            from {schema}.job
            group by queue, state
            """;

    List<QueueSize> sizes(Tx tx) {
        return tx.query(SIZES)
                .map((row, context) ->
                        new QueueSize(row.getString("queue"), row.getString("state"), row.getLong("jobs")))
                .list();
    }
}
