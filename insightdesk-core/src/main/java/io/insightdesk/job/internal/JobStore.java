package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** SQL of the engine, in transactions across tenants; only {@link #complete(Tx, ClaimedJob, Instant)} works in a tenant's. */
final class JobStore {

    private static final String CLAIM = """
            select id, tenant_id, queue, kind, payload, attempts, max_attempts, worker, rank
            from {schema}.claim_jobs(
              :worker, :queue, :tenants, :ranks::text[]::timestamptz[], :kinds, :limit)
            order by rank, id
            """;

    /**
     * Takes ready jobs of some lanes of a queue, each lane's longest-waiting first; none when the worker's lease is over. The
     * commit may be lost when the server crashes: then the jobs are ready again, and this worker cannot end them.
     */
    List<ClaimedJob> claim(Tx tx, UUID worker, Lanes.Turn turn, Collection<String> kinds, int limit) {
        return tx.query(CLAIM)
                .bind("worker", worker)
                .bind("queue", turn.queue())
                .bindArray(
                        "tenants",
                        UUID.class,
                        turn.lanes().keySet().stream().map(Lane::tenant).toList())
                .bindArray(
                        "ranks",
                        String.class,
                        turn.lanes().values().stream().map(Instant::toString).toList())
                .bindArray("kinds", String.class, List.copyOf(kinds))
                .bind("limit", limit)
                .map((row, context) -> claimed(row))
                .list();
    }

    private static ClaimedJob claimed(ResultSet row) throws SQLException {
        UUID tenant = row.getObject("tenant_id", UUID.class);
        return new ClaimedJob(
                new JobId(row.getObject("id", UUID.class)),
                tenant == null ? null : new TenantId(tenant),
                row.getString("queue"),
                row.getString("kind"),
                row.getString("payload"),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getObject("worker", UUID.class),
                row.getObject("rank", OffsetDateTime.class).toInstant());
    }

    private static final String COMPLETE_ALL = """
            select lost
            from {schema}.complete_jobs(:worker, :ids, :attempts, :now) as lost
            """;

    /** Ends jobs that are done, all of one worker; answers those that it no longer has. */
    Set<JobId> complete(Tx tx, UUID worker, List<ClaimedJob> jobs, Instant now) {
        return Set.copyOf(tx.query(COMPLETE_ALL)
                .bind("worker", worker)
                .bindArray(
                        "ids",
                        UUID.class,
                        jobs.stream().map(job -> job.id().value()).toList())
                .bindArray(
                        "attempts",
                        Integer.class,
                        jobs.stream().map(ClaimedJob::attempt).toList())
                .bind("now", now)
                .map((row, context) -> new JobId(row.getObject("lost", UUID.class)))
                .list());
    }

    private static final String COMPLETE = """
            select {schema}.complete_job(:id, :worker, :attempt, :now)
            """;

    /** Ends a job that is done, in a transaction of its tenant; false when this node no longer has it. */
    boolean complete(Tx tx, ClaimedJob job, Instant now) {
        return tx.query(COMPLETE)
                .bind("id", job.id().value())
                .bind("worker", job.worker())
                .bind("attempt", job.attempt())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String PUT_BACK = """
            update {schema}.job
            set state = case when :runAt::timestamptz > :now then 'scheduled' else 'ready' end, worker = null,
              run_at = :runAt, rank = :runAt::timestamptz - priority * interval '1 minute', attempts = :attempts,
              failures = case
                when :error::text is null then failures
                else {schema}.add_failure(failures, :attempt, :now, :error)
              end
            where id = :id and worker is not distinct from :worker and attempts = :attempt
            """;

    /** Makes a job due again; false when this node no longer has it. */
    boolean putBack(Tx tx, ClaimedJob job, Instant runAt, int attempts, @Nullable String error, Instant now) {
        return tx.update(PUT_BACK)
                        .bind("id", job.id().value())
                        .bind("worker", job.worker())
                        .bind("attempt", job.attempt())
                        .bind("runAt", runAt)
                        .bind("attempts", attempts)
                        .bind("error", error)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static final String HAND_BACK = """
            update {schema}.job
            set state = 'ready', worker = null, attempts = attempts - 1
            where id = any(:ids) and worker is not distinct from :worker
            """;

    /** Gives up jobs that were claimed and not begun, all of one worker, as if they had not been claimed. */
    int handBack(Tx tx, UUID worker, List<ClaimedJob> jobs) {
        return tx.update(HAND_BACK)
                .bind("worker", worker)
                .bindArray(
                        "ids",
                        UUID.class,
                        jobs.stream().map(job -> job.id().value()).toList())
                .execute();
    }

    private static final String BURY = """
            with gone as (
              delete from {schema}.job
              where id = :id and worker is not distinct from :worker and attempts = :attempt
              returning id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, unique_key, payload,
                failures)
            insert into {schema}.job_dead (
              id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, dead_at, unique_key, payload,
              failures)
            select id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, :now, unique_key, payload,
              {schema}.add_failure(failures, :attempt, :now, :error)
            from gone
            """;

    /** Gives a job up; false when this node no longer has it. */
    boolean bury(Tx tx, ClaimedJob job, String error, Instant now) {
        return tx.update(BURY)
                        .bind("id", job.id().value())
                        .bind("worker", job.worker())
                        .bind("attempt", job.attempt())
                        .bind("error", error)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** A lane with the rank of its first job. */
    record Head(Lane lane, Instant rank) {}

    /**
     * What is ready.
     *
     * @param lanes those that have something
     * @param nextDue when the next job comes due; null where none is scheduled
     */
    record Ready(List<Head> lanes, @Nullable Instant nextDue) {}

    private static final String PROMOTE = """
            select queue, tenant, rank
            from {schema}.promote_jobs(:now, :jobs, :queues, :afterQueue, :afterTenant, :lanes)
            """;

    /**
     * Makes scheduled jobs ready that have come due, and finds out which lanes have something.
     *
     * @param queues only these; empty for all
     * @param after begins after this lane, and goes round; null for the first
     */
    Ready promote(Tx tx, Instant now, int jobs, Set<String> queues, @Nullable Lane after, int lanes) {
        List<Head> heads = new ArrayList<>();
        AtomicReference<@Nullable Instant> next = new AtomicReference<>();
        tx.query(PROMOTE)
                .bind("now", now)
                .bind("jobs", jobs)
                .bindArray("queues", String.class, List.copyOf(queues))
                .bind("afterQueue", after == null ? "" : after.queue())
                .bind("afterTenant", after == null ? new UUID(0, 0) : after.tenant())
                .bind("lanes", lanes)
                .map((row, context) -> {
                    String queue = row.getString("queue");
                    OffsetDateTime rank = row.getObject("rank", OffsetDateTime.class);
                    if (queue != null) {
                        heads.add(new Head(new Lane(queue, row.getObject("tenant", UUID.class)), rank.toInstant()));
                    } else if (rank != null) {
                        next.set(rank.toInstant());
                    }
                    return true;
                })
                .list();
        return new Ready(heads, next.get());
    }

    private static final String RUNNING = """
            select id, attempts
            from {schema}.running_jobs(:worker)
            """;

    /** What a worker has. */
    List<HeldJobs.Attempt> running(Tx tx, UUID worker) {
        return tx.query(RUNNING)
                .bind("worker", worker)
                .map((row, context) -> new HeldJobs.Attempt(row.getObject("id", UUID.class), row.getInt("attempts")))
                .list();
    }

    private static final String GIVE_BACK_FORGOTTEN = """
            update {schema}.job as job
            set state = 'ready', worker = null, failures = {schema}.add_failure(
              failures, attempts, :now, 'What became of this attempt could not be written down.')
            from unnest(:ids, :attempts) as mine (id, attempt)
            where job.id = mine.id and job.worker is not distinct from :worker and job.attempts = mine.attempt
            """;

    /** Makes jobs ready of which their worker knows nothing; the attempt counts, and another is allowed. */
    int giveBackForgotten(Tx tx, UUID worker, List<HeldJobs.Attempt> attempts, Instant now) {
        return tx.update(GIVE_BACK_FORGOTTEN)
                .bind("worker", worker)
                .bind("now", now)
                .bindArray(
                        "ids",
                        UUID.class,
                        attempts.stream().map(HeldJobs.Attempt::id).toList())
                .bindArray(
                        "attempts",
                        Integer.class,
                        attempts.stream().map(HeldJobs.Attempt::number).toList())
                .execute();
    }

    private static final String NOTIFY = """
            select pg_notify(:channel, payload)
            from unnest(:payloads) as payload
            """;

    /** Tells whoever listens, once this transaction, which must do nothing else, is committed. */
    int notify(Tx tx, String channel, List<String> payloads) {
        return tx.query(NOTIFY)
                .bind("channel", channel)
                .bindArray("payloads", String.class, payloads)
                .map((row, context) -> 1)
                .list()
                .size();
    }

    private static final String RESCUE = """
            select {schema}.rescue_jobs(:now)
            """;

    /** Takes jobs away from workers whose lease has ended; the attempt counts. */
    int rescue(Tx tx, Instant now) {
        return tx.query(RESCUE).bind("now", now).mapTo(Integer.class).one();
    }

    /** How many jobs a queue holds in a state. */
    record QueueSize(String queue, String status, long jobs) {}

    private static final String SIZES = """
            select queue, state, count(*) as jobs
            from {schema}.any_job
            group by queue, state
            """;

    List<QueueSize> sizes(Tx tx) {
        return tx.query(SIZES)
                .map((row, context) ->
                        new QueueSize(row.getString("queue"), row.getString("state"), row.getLong("jobs")))
                .list();
    }

    private static final String ENSURE_HISTORY = """
            select {schema}.ensure_job_history_partitions(:now, :days)
            """;

    private static final String DROP_HISTORY = """
            select {schema}.drop_job_history_partitions(:before)
            """;

    /** Makes room for the jobs that will be done on the next days. */
    int ensureHistory(Tx tx, Instant now, int days) {
        return tx.query(ENSURE_HISTORY)
                .bind("now", now)
                .bind("days", days)
                .mapTo(Integer.class)
                .one();
    }

    /** Forgets what was done on the days before. */
    int dropHistory(Tx tx, Instant before) {
        return tx.query(DROP_HISTORY)
                .bind("before", before)
                .mapTo(Integer.class)
                .one();
    }
}
