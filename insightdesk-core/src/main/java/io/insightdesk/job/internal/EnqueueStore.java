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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** SQL of enqueueing, in the caller's transactions, with the right to insert and no other. */
final class EnqueueStore {

    private final JobObservations observations;

    EnqueueStore(JobObservations observations) {
        this.observations = observations;
    }

    private static final String INSERT = """
            insert into {schema}.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, lane, at_once, rate,
              rate_period, payload_version, trace, unique_key, payload)
            values (
              ?, ?, ?, ?, ?, ?, timestamptz 'epoch' + ? * interval '1 microsecond',
              timestamptz 'epoch' + ? * interval '1 microsecond', ?, timestamptz 'epoch' + ? * interval '1 microsecond', ?, ?, ?,
              ?::bigint * interval '1 millisecond', ?, ?::jsonb, ?, ?::jsonb)
            """;

    /** Without a conflict target, because naming one needs the right to read, which the work role does not have. */
    private static final String UNLESS_TAKEN = """
            on conflict do nothing
            """;

    private static final String INSERT_UNLESS_TAKEN = INSERT + UNLESS_TAKEN;

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
        JobLimit limit = job.limit();
        return tx.execute(
                        job.uniqueKey() == null ? INSERT : INSERT_UNLESS_TAKEN,
                        row.id().value(),
                        tenant == null ? null : tenant.value(),
                        job.queue(),
                        job.kind(),
                        row.state(now),
                        job.priority(),
                        micros(row.rank()),
                        micros(row.runAt()),
                        job.maxAttempts(),
                        micros(now),
                        Lane.key(limit),
                        limit == null ? null : limit.atOnce(),
                        limit == null ? null : limit.starts(),
                        periodMillis(job),
                        job.payloadVersion(),
                        observations.enqueued(job),
                        job.uniqueKey(),
                        job.payload())
                == 1;
    }

    /** A number is written and read faster than a date. */
    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
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

    /** What most jobs of a batch have in common is sent once. */
    private static final String INSERT_ALL = """
            insert into {schema}.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, lane, at_once, rate,
              rate_period, batch_id, payload_version, trace, unique_key, payload)
            select new.id, :tenantId, shape.queue, shape.kind, shape.state, shape.priority,
              :now::timestamptz + shape.rank_micros * interval '1 microsecond',
              :now::timestamptz + shape.due_micros * interval '1 microsecond', shape.max_attempts, :now, shape.lane, shape.at_once,
              shape.rate, shape.period_millis * interval '1 millisecond', :batch, shape.version, new.trace::jsonb, new.unique_key,
              new.payload::jsonb
            from unnest(:ids, :shapes, :traces, :uniqueKeys, :payloads) as new (id, shape, trace, unique_key, payload)
            join unnest(
              :queues, :kinds, :states, :priorities, :rankMicros, :dueMicros, :maxAttempts, :lanes, :atOnce, :rates, :periods,
              :versions) with ordinality as shape (
                queue, kind, state, priority, rank_micros, due_micros, max_attempts, lane, at_once, rate, period_millis, version,
                number)
              on shape.number = new.shape
            """;

    private static final String INSERT_ALL_UNLESS_TAKEN = INSERT_ALL + UNLESS_TAKEN;

    /** What jobs have in common that differ in their payloads alone. */
    private record Shape(
            String queue,
            String kind,
            String state,
            int priority,
            long rankMicros,
            long dueMicros,
            int maxAttempts,
            @Nullable JobLimit limit,
            @Nullable Long periodMillis,
            int version) {

        static Shape of(Row row, Instant now) {
            NewJob job = row.job();
            return new Shape(
                    job.queue(),
                    job.kind(),
                    row.state(now),
                    job.priority(),
                    ChronoUnit.MICROS.between(now, row.rank()),
                    ChronoUnit.MICROS.between(now, row.runAt()),
                    job.maxAttempts(),
                    job.limit(),
                    EnqueueStore.periodMillis(job),
                    job.payloadVersion());
        }
    }

    /** Inserts all in one statement; answers how many there were room for: fewer where unique keys are taken. */
    int insertAll(Tx tx, @Nullable TenantId tenant, List<Row> all, @Nullable JobBatchId batch, Instant now) {
        boolean unique = all.stream().anyMatch(row -> row.job().uniqueKey() != null);
        List<Row> rows = unique ? all.stream().sorted(BY_UNIQUE_KEY).toList() : all;
        Map<Shape, Long> shapes = new LinkedHashMap<>();
        List<UUID> ids = new ArrayList<>(rows.size());
        List<Long> shapesOfRows = new ArrayList<>(rows.size());
        List<@Nullable String> traces = new ArrayList<>(rows.size());
        List<@Nullable String> uniqueKeys = new ArrayList<>(rows.size());
        List<String> payloads = new ArrayList<>(rows.size());
        for (Row row : rows) {
            NewJob job = row.job();
            ids.add(row.id().value());
            shapesOfRows.add(shapes.computeIfAbsent(Shape.of(row, now), any -> shapes.size() + 1L));
            traces.add(observations.enqueued(job));
            uniqueKeys.add(job.uniqueKey());
            payloads.add(job.payload());
        }
        Update insert = tx.update(unique ? INSERT_ALL_UNLESS_TAKEN : INSERT_ALL)
                .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                .bindByType("batch", batch == null ? null : batch.value(), UUID.class)
                .bind("now", now)
                .bindArray("ids", UUID.class, ids)
                .bindArray("shapes", Long.class, shapesOfRows)
                .bindArray("traces", String.class, traces)
                .bindArray("uniqueKeys", String.class, uniqueKeys)
                .bindArray("payloads", String.class, payloads);
        return bind(insert, List.copyOf(shapes.keySet())).execute();
    }

    private static Update bind(Update insert, List<Shape> shapes) {
        return insert.bindArray("queues", String.class, each(shapes, Shape::queue))
                .bindArray("kinds", String.class, each(shapes, Shape::kind))
                .bindArray("states", String.class, each(shapes, Shape::state))
                .bindArray("priorities", Integer.class, each(shapes, Shape::priority))
                .bindArray("rankMicros", Long.class, each(shapes, Shape::rankMicros))
                .bindArray("dueMicros", Long.class, each(shapes, Shape::dueMicros))
                .bindArray("maxAttempts", Integer.class, each(shapes, Shape::maxAttempts))
                .bindArray("lanes", String.class, each(shapes, shape -> Lane.key(shape.limit())))
                .bindArray(
                        "atOnce",
                        Integer.class,
                        each(
                                shapes,
                                shape -> shape.limit() == null
                                        ? null
                                        : shape.limit().atOnce()))
                .bindArray(
                        "rates",
                        Integer.class,
                        each(
                                shapes,
                                shape -> shape.limit() == null
                                        ? null
                                        : shape.limit().starts()))
                .bindArray("periods", Long.class, each(shapes, Shape::periodMillis))
                .bindArray("versions", Integer.class, each(shapes, Shape::version));
    }

    private static List<@Nullable Object> each(List<Shape> shapes, Function<Shape, @Nullable Object> part) {
        List<@Nullable Object> parts = new ArrayList<>(shapes.size());
        shapes.forEach(shape -> parts.add(part.apply(shape)));
        return parts;
    }

    private static final String INSERT_BATCH = """
            insert into {schema}.job_batch (id, tenant_id, jobs, created_at, ended_at, on_end)
            values (:id, :tenantId, :jobs, :now, case when :jobs = 0 then :now::timestamptz end, :onEnd::jsonb)
            """;

    /** Inserts a batch whose jobs are enqueued in the same transaction; one without jobs has ended. */
    void insertBatch(Tx tx, @Nullable TenantId tenant, JobBatchId batch, int jobs, Row onEnd, Instant now) {
        int unused = tx.update(INSERT_BATCH)
                .bind("id", batch.value())
                .bindByType("tenantId", tenant == null ? null : tenant.value(), UUID.class)
                .bind("jobs", jobs)
                .bind("now", now)
                .bind("onEnd", jobs == 0 ? null : Json.write(onEnd(onEnd)))
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
