package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobBatch;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of looking at jobs and mending them, through functions that know only those of the transaction's tenant, or the host's. */
final class JobViewStore {

    private static final String COLUMNS = """
            select id, tenant_id, kind, queue, payload, unique_key, state, priority, run_at, attempts, max_attempts,
              last_error, progress, progress_note, created_at, dead_at
            """;

    private static final String FIND = COLUMNS + """
            from {schema}.find_job(:id)
            """;

    Optional<Job> find(Tx tx, JobId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> job(row))
                .findOne();
    }

    private static final String LIST = COLUMNS + """
            from {schema}.list_jobs(:status, :kind, :queue, :after, :limit)
            """;

    List<Job> list(Tx tx, JobQuery query, @Nullable JobId after, int limit) {
        return tx.query(LIST)
                .bind("status", query.status().wireName())
                .bind("kind", query.kind())
                .bind("queue", query.queue())
                .bindByType("after", after == null ? null : after.value(), UUID.class)
                .bind("limit", limit)
                .map((row, context) -> job(row))
                .list();
    }

    private static final String BATCH = """
            select id, jobs, waiting, dead, created_at, ended_at
            from {schema}.find_batch(:id)
            """;

    Optional<JobBatch> findBatch(Tx tx, JobBatchId id) {
        return tx.query(BATCH)
                .bind("id", id.value())
                .map((row, context) -> {
                    OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
                    return new JobBatch(
                            id,
                            row.getInt("jobs"),
                            row.getLong("waiting"),
                            row.getInt("dead"),
                            row.getObject("created_at", OffsetDateTime.class).toInstant(),
                            endedAt == null ? null : endedAt.toInstant());
                })
                .findOne();
    }

    private static final String BY_UNIQUE_KEY = """
            select {schema}.job_by_unique_key(:kind, :key) as id
            """;

    Optional<JobId> findByUniqueKey(Tx tx, String kind, String key) {
        return tx.query(BY_UNIQUE_KEY)
                .bind("kind", kind)
                .bind("key", key)
                .map((row, context) -> jobId(row))
                .findOne()
                .flatMap(id -> id);
    }

    private static final String CHANGE = """
            select {schema}.change_job(
              :kind, :key, :due, :ready, :priority::smallint, :payload::jsonb, :version::smallint)
            """;

    /** Changes the job that waits under the row's unique key; false where none does. */
    boolean change(Tx tx, EnqueueStore.Row row, boolean withPayload, Instant now) {
        NewJob job = row.job();
        return tx.query(CHANGE)
                .bind("kind", job.kind())
                .bind("key", job.uniqueKey())
                .bind("due", row.runAt())
                .bind("ready", !row.runAt().isAfter(now))
                .bind("priority", job.priority())
                .bind("payload", withPayload ? job.payload() : null)
                .bind("version", job.payloadVersion())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String TAKE_KEY = """
            select {schema}.take_job_key(:kind, :key, :id, :now, :until) as id
            """;

    /** Takes the row's unique key for some time; empty when that is done, else the job that has it. */
    Optional<JobId> takeKey(Tx tx, EnqueueStore.Row row, Instant now, Instant until) {
        return tx.query(TAKE_KEY)
                .bind("kind", row.job().kind())
                .bind("key", row.job().uniqueKey())
                .bind("id", row.id().value())
                .bind("now", now)
                .bind("until", until)
                .map((found, context) -> jobId(found))
                .one();
    }

    private static Optional<JobId> jobId(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getObject("id", UUID.class)).map(JobId::new);
    }

    private static final String RETRY = """
            select {schema}.retry_job(:id, :now)
            """;

    boolean retry(Tx tx, JobId id, Instant now) {
        return tx.query(RETRY)
                .bind("id", id.value())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    /** How many dead jobs were made due, and after which one to go on; null at the end. */
    record Retried(int jobs, @Nullable JobId last) {}

    private static final String RETRY_SOME = """
            select revived, last_id as id
            from {schema}.retry_jobs(:kind, :after, :now, :limit)
            """;

    Retried retry(Tx tx, @Nullable String kind, @Nullable JobId after, Instant now, int limit) {
        return tx.query(RETRY_SOME)
                .bind("kind", kind)
                .bindByType("after", after == null ? null : after.value(), UUID.class)
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) ->
                        new Retried(row.getInt("revived"), jobId(row).orElse(null)))
                .one();
    }

    private static final String DISCARD = """
            select {schema}.discard_job(:id)
            """;

    boolean discard(Tx tx, JobId id) {
        return tx.query(DISCARD).bind("id", id.value()).mapTo(Boolean.class).one();
    }

    private static final String DISCARD_ALL = """
            select {schema}.discard_jobs(:kind)
            """;

    int discardAll(Tx tx, @Nullable String kind) {
        return tx.query(DISCARD_ALL).bind("kind", kind).mapTo(Integer.class).one();
    }

    private static final String CANCEL = """
            select {schema}.cancel_job(:id, :now)
            """;

    /** What became of a job that is to be cancelled. */
    enum Cancelled {
        REMOVED,
        ASKED,
        UNKNOWN
    }

    Cancelled cancel(Tx tx, JobId id, Instant now) {
        return tx.query(CANCEL)
                .bind("id", id.value())
                .bind("now", now)
                .mapTo(String.class)
                .findOne()
                .map(word -> Cancelled.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Cancelled.UNKNOWN);
    }

    private static Job job(ResultSet row) throws SQLException {
        UUID tenant = row.getObject("tenant_id", UUID.class);
        OffsetDateTime deadAt = row.getObject("dead_at", OffsetDateTime.class);
        return new Job(
                new JobId(row.getObject("id", UUID.class)),
                tenant == null ? null : new TenantId(tenant),
                row.getString("kind"),
                row.getString("queue"),
                row.getString("payload"),
                row.getString("unique_key"),
                JobStatus.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getInt("priority"),
                row.getObject("run_at", OffsetDateTime.class).toInstant(),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getString("last_error"),
                row.getObject("progress", Integer.class),
                row.getString("progress_note"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                deadAt == null ? null : deadAt.toInstant());
    }
}
