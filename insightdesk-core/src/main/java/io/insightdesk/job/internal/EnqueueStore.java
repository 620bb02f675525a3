package io.insightdesk.job.internal;

import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobLimit;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of enqueueing, in the caller's transactions, with the right to insert and no other. */
final class EnqueueStore {

    private final JobObservations observations;

    EnqueueStore(JobObservations observations) {
        this.observations = observations;
    }

    /** Without a conflict target, because naming one needs the right to read, which the work role does not have. */
    private static final String INSERT = """
            insert into {schema}.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, lane, at_once, rate,
              rate_period, payload_version, trace, unique_key, payload)
            values (
              :id, :tenantId, :queue, :kind, :state, :priority, :rank, :runAt, :maxAttempts, :now, :lane, :atOnce, :rate,
              :periodMillis::bigint * interval '1 millisecond', :version, :trace::jsonb, :uniqueKey, :payload::jsonb)
            on conflict do nothing
            """;

    /** A job with its identifier and the instant at which it is due. */
    record Row(JobId id, NewJob job, Instant runAt) {

        /** What waits long enough goes first at last, whatever the priority of what comes later. */
        Instant rank() {
            return runAt.minus(job.priority(), ChronoUnit.MINUTES);
        }

        Lane lane(@Nullable TenantId tenant) {
            return Lane.of(job.queue(), tenant, Lane.key(job.limit()));
        }

        String state(Instant now) {
            return runAt.isAfter(now) ? "scheduled" : "ready";
        }
    }

    /** Answers false where a job of the same unique key waits or runs. */
    boolean insert(Tx tx, @Nullable TenantId tenant, Row row, Instant now) {
        NewJob job = row.job();
        return tx.update(INSERT)
                        .bind("id", row.id().value())
                        .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                        .bind("queue", job.queue())
                        .bind("kind", job.kind())
                        .bind("state", row.state(now))
                        .bind("priority", job.priority())
                        .bind("rank", row.rank())
                        .bind("runAt", row.runAt())
                        .bind("maxAttempts", job.maxAttempts())
                        .bind("now", now)
                        .bind("lane", Lane.key(job.limit()))
                        .bind("atOnce", job.limit() == null ? null : job.limit().atOnce())
                        .bind("rate", job.limit() == null ? null : job.limit().starts())
                        .bind("periodMillis", periodMillis(job))
                        .bind("version", job.payloadVersion())
                        .bind("trace", observations.enqueued(job))
                        .bind("uniqueKey", job.uniqueKey())
                        .bind("payload", job.payload())
                        .execute()
                == 1;
    }

    private static @Nullable Long periodMillis(NewJob job) {
        JobLimit limit = job.limit();
        Duration period = limit == null ? null : limit.period();
        return period == null ? null : period.toMillis();
    }

    /** Two transactions that take the same keys take them in the same order, or each would wait for the other. */
    private static final Comparator<Row> BY_UNIQUE_KEY = Comparator.comparing(
                    (Row row) -> row.job().uniqueKey(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(row -> row.job().kind());

    private static final String INSERT_ALL = """
            insert into {schema}.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, lane, at_once, rate,
              rate_period, batch_id, payload_version, trace, unique_key, payload)
            select id, :tenantId, queue, kind, state, priority,
              :now::timestamptz + rank_micros * interval '1 microsecond',
              :now::timestamptz + due_micros * interval '1 microsecond', max_attempts, :now, lane, at_once, rate,
              period_millis * interval '1 millisecond', :batch, version, trace::jsonb, unique_key, payload::jsonb
            from unnest(
              :ids, :queues, :kinds, :states, :priorities, :rankMicros, :dueMicros, :maxAttempts, :lanes, :atOnce, :rates,
              :periods, :versions, :traces, :uniqueKeys, :payloads)
              as new (id, queue, kind, state, priority, rank_micros, due_micros, max_attempts, lane, at_once, rate,
                period_millis, version, trace, unique_key, payload)
            on conflict do nothing
            """;

    /** Inserts all in one statement; answers how many there were room for: fewer where unique keys are taken. */
    int insertAll(Tx tx, @Nullable TenantId tenant, List<Row> all, @Nullable JobBatchId batch, Instant now) {
        List<Row> rows = all.stream().sorted(BY_UNIQUE_KEY).toList();
        int size = rows.size();
        List<UUID> ids = new ArrayList<>(size);
        List<String> queues = new ArrayList<>(size);
        List<String> kinds = new ArrayList<>(size);
        List<String> states = new ArrayList<>(size);
        List<Integer> priorities = new ArrayList<>(size);
        List<Long> rankMicros = new ArrayList<>(size);
        List<Long> dueMicros = new ArrayList<>(size);
        List<Integer> maxAttempts = new ArrayList<>(size);
        List<String> lanes = new ArrayList<>(size);
        List<@Nullable Integer> atOnce = new ArrayList<>(size);
        List<@Nullable Integer> rates = new ArrayList<>(size);
        List<@Nullable Long> periods = new ArrayList<>(size);
        List<Integer> versions = new ArrayList<>(size);
        List<@Nullable String> traces = new ArrayList<>(size);
        List<@Nullable String> uniqueKeys = new ArrayList<>(size);
        List<String> payloads = new ArrayList<>(size);
        for (Row row : rows) {
            NewJob job = row.job();
            ids.add(row.id().value());
            queues.add(job.queue());
            kinds.add(job.kind());
            states.add(row.state(now));
            priorities.add(job.priority());
            rankMicros.add(ChronoUnit.MICROS.between(now, row.rank()));
            dueMicros.add(ChronoUnit.MICROS.between(now, row.runAt()));
            maxAttempts.add(job.maxAttempts());
            lanes.add(Lane.key(job.limit()));
            atOnce.add(job.limit() == null ? null : job.limit().atOnce());
            rates.add(job.limit() == null ? null : job.limit().starts());
            periods.add(periodMillis(job));
            versions.add(job.payloadVersion());
            traces.add(observations.enqueued(job));
            uniqueKeys.add(job.uniqueKey());
            payloads.add(job.payload());
        }
        return tx.update(INSERT_ALL)
                .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                .bind("now", now)
                .bindArray("ids", UUID.class, ids)
                .bindArray("queues", String.class, queues)
                .bindArray("kinds", String.class, kinds)
                .bindArray("states", String.class, states)
                .bindArray("priorities", Integer.class, priorities)
                .bindArray("rankMicros", Long.class, rankMicros)
                .bindArray("dueMicros", Long.class, dueMicros)
                .bindArray("maxAttempts", Integer.class, maxAttempts)
                .bindByType("batch", batch == null ? null : batch.value(), UUID.class)
                .bindArray("lanes", String.class, lanes)
                .bindArray("atOnce", Integer.class, atOnce)
                .bindArray("rates", Integer.class, rates)
                .bindArray("periods", Long.class, periods)
                .bindArray("versions", Integer.class, versions)
                .bindArray("traces", String.class, traces)
                .bindArray("uniqueKeys", String.class, uniqueKeys)
                .bindArray("payloads", String.class, payloads)
                .execute();
    }

    private static final String INSERT_BATCH = """
            insert into {schema}.job_batch (id, tenant_id, jobs, created_at, on_end)
            values (:id, :tenantId, :jobs, :now, :onEnd::jsonb)
            """;

    /** Inserts a batch whose jobs are enqueued in the same transaction. */
    void insertBatch(Tx tx, @Nullable TenantId tenant, JobBatchId batch, int jobs, Row onEnd, Instant now) {
        int unused = tx.update(INSERT_BATCH)
                .bind("id", batch.value())
                .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                .bind("jobs", jobs)
                .bind("now", now)
                .bind("onEnd", Json.write(onEnd(onEnd)))
                .execute();
    }

    /** The columns of the job that the database enqueues when a batch ends. */
    private static Map<String, @Nullable Object> onEnd(Row row) {
        NewJob job = row.job();
        JobLimit limit = job.limit();
        Long period = periodMillis(job);
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("id", row.id().toString());
        columns.put("queue", job.queue());
        columns.put("kind", job.kind());
        columns.put("priority", job.priority());
        columns.put("max_attempts", job.maxAttempts());
        columns.put("lane", Lane.key(limit));
        columns.put("at_once", limit == null ? null : limit.atOnce());
        columns.put("rate", limit == null ? null : limit.starts());
        columns.put("rate_period", period == null ? null : period + " milliseconds");
        columns.put("payload_version", job.payloadVersion());
        columns.put("payload", Json.read(job.payload(), Object.class));
        return columns;
    }
}
