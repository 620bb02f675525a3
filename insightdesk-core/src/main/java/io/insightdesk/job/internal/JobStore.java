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
            select id, tenant_id, queue, kind, payload, payload_version, attempts, max_attempts, worker, rank, lane,
              batch_id is not null as of_batch, cancel_asked, trace
            from {schema}.claim_jobs(
              :worker, :queue, :tenants, :lanes, :ranks::text[]::timestamptz[], :kinds, :limit)
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
                        "lanes",
                        String.class,
                        turn.lanes().keySet().stream().map(Lane::limit).toList())
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
                row.getInt("payload_version"),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getObject("worker", UUID.class),
                row.getObject("rank", OffsetDateTime.class).toInstant(),
                row.getString("lane"),
                row.getBoolean("of_batch"),
                row.getBoolean("cancel_asked"),
                row.getString("trace"));
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
              progress = null, progress_note = null, run_at = :runAt, rank = :runAt::timestamptz - priority * interval '1 minute', attempts = :attempts,
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
            select {schema}.bury_job(:id, :worker, :attempt, :error, :now)
            """;

    /** Gives a job up; false when this node no longer has it. */
    boolean bury(Tx tx, ClaimedJob job, String error, Instant now) {
        return tx.query(BURY)
                .bind("id", job.id().value())
                .bind("worker", job.worker())
                .bind("attempt", job.attempt())
                .bind("error", error)
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String REMOVE = """
            select {schema}.remove_job(:id, :worker, :attempt, :now)
            """;

    /** Removes a job that was cancelled; false when this node no longer has it. */
    boolean remove(Tx tx, ClaimedJob job, Instant now) {
        return tx.query(REMOVE)
                .bind("id", job.id().value())
                .bind("worker", job.worker())
                .bind("attempt", job.attempt())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String PROGRESS = """
            update {schema}.job
            set progress = :percent, progress_note = :note
            where id = :id and worker is not distinct from :worker and attempts = :attempt
            """;

    /** Notes how far a job is; false when this node no longer has it. */
    boolean progress(Tx tx, ClaimedJob job, int percent, @Nullable String note) {
        return tx.update(PROGRESS)
                        .bind("id", job.id().value())
                        .bind("worker", job.worker())
                        .bind("attempt", job.attempt())
                        .bind("percent", percent)
                        .bind("note", note)
                        .execute()
                == 1;
    }

    private static final String HAS = """
            select exists (
              select from {schema}.job
              where id = :id and worker is not distinct from :worker and attempts = :attempt)
            """;

    /** Whether this node has a job. */
    boolean has(Tx tx, ClaimedJob job) {
        return tx.query(HAS)
                .bind("id", job.id().value())
                .bind("worker", job.worker())
                .bind("attempt", job.attempt())
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * A lane with the rank of its first job.
     *
     * @param weight the weight of its queue
     * @param limited whether the number of the queue's running jobs is limited
     */
    record Head(Lane lane, Instant rank, int weight, boolean limited) {}

    /**
     * What is ready.
     *
     * @param lanes those that have something
     * @param nextDue when the next job comes due; null where none is scheduled
     */
    record Ready(List<Head> lanes, @Nullable Instant nextDue) {}

    private static final String PROMOTE = """
            select queue, tenant, lane, rank, weight, limited
            from {schema}.promote_jobs(:now, :jobs, :queues, :afterQueue, :afterTenant, :afterLane, :lanes)
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
                .bind("afterLane", after == null ? "" : after.limit())
                .bind("lanes", lanes)
                .map((row, context) -> {
                    String queue = row.getString("queue");
                    OffsetDateTime rank = row.getObject("rank", OffsetDateTime.class);
                    if (queue != null) {
                        heads.add(new Head(
                                new Lane(queue, row.getObject("tenant", UUID.class), row.getString("lane")),
                                rank.toInstant(),
                                row.getInt("weight"),
                                row.getBoolean("limited")));
                    } else if (rank != null) {
                        next.set(rank.toInstant());
                    }
                    return true;
                })
                .list();
        return new Ready(heads, next.get());
    }

    private static final String RUNNING = """
            select id, attempts, cancel_asked
            from {schema}.running_jobs(:worker)
            """;

    /** What a worker has. */
    record Running(HeldJobs.Attempt attempt, boolean cancelAsked) {}

    List<Running> running(Tx tx, UUID worker) {
        return tx.query(RUNNING)
                .bind("worker", worker)
                .map((row, context) -> new Running(
                        new HeldJobs.Attempt(row.getObject("id", UUID.class), row.getInt("attempts")),
                        row.getBoolean("cancel_asked")))
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
            from set_config('synchronous_commit', 'off', true), unnest(:payloads) as payload
            """;

    /** Tells whoever listens, once this statement, which stands alone, is committed. Nothing is worth waiting for the disk. */
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

    private static final String DROP_BATCHES = """
            delete from {schema}.job_batch
            where ended_at < :before
            """;

    private static final String DROP_KEYS = """
            delete from {schema}.job_key
            where taken_until <= :now
            """;

    private static final String DROP_RATES = """
            delete from {schema}.job_rate
            where free_at < clock_timestamp() - interval '1 hour'
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

    /** Forgets batches that ended before, and what no longer holds: unique keys and rates. Answers how many rows. */
    int dropOutdated(Tx tx, Instant before, Instant now) {
        return tx.update(DROP_BATCHES).bind("before", before).execute()
                + tx.update(DROP_KEYS).bind("now", now).execute()
                + tx.update(DROP_RATES).execute();
    }
}
