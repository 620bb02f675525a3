package io.insightdesk.job.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobOperations;
import io.insightdesk.job.JobQueue;
import io.insightdesk.job.JobWorker;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What operators say of queues and kinds, in transactions across tenants. */
final class OperationService implements JobOperations {

    // What the events are about.
    private static final String QUEUE = "jobQueue";
    private static final String KIND = "jobKind";

    private final Database database;
    private final Clock clock;
    private final Consumer<String> wake;
    private final Runnable permitted;
    private final BiConsumer<String, Map<String, ?>> log;

    /**
     * Makes the service.
     *
     * @param wake has all nodes look what there is to do in a queue
     * @param permitted throws where the caller may not do this
     * @param log writes down what the caller does, before it is done: there is no transaction that could hold both
     */
    OperationService(
            Database database,
            Clock clock,
            Consumer<String> wake,
            Runnable permitted,
            BiConsumer<String, Map<String, ?>> log) {
        this.database = database;
        this.clock = clock;
        this.wake = wake;
        this.permitted = permitted;
        this.log = log;
    }

    private static final String LIST = """
            select name, weight, at_once, paused_at
            from {schema}.job_queue
            order by name
            """;

    @Override
    public List<JobQueue> queues() {
        permitted.run();
        return database.system(
                tx -> tx.query(LIST).map((row, context) -> queue(row)).list());
    }

    private static final String CONFIGURE = """
            insert into {schema}.job_queue (name, weight, at_once)
            values (:name, :weight, :atOnce)
            on conflict (name) do update set weight = excluded.weight, at_once = excluded.at_once
            """;

    @Override
    public JobQueue configureQueue(String name, int weight, @Nullable Integer atOnce) {
        permitted.run();
        Violations violations = new Violations().requireText("/name", name, 60);
        if (weight < 1 || weight > 1_000) {
            violations.add("/weight", "out_of_range", "A weight is from 1 to 1,000, not " + weight + ".");
        }
        if (atOnce != null && atOnce < 1) {
            violations.add("/atOnce", "out_of_range", "At least 1 job runs at once, not " + atOnce + ".");
        }
        violations.throwIfAny();
        Map<String, Object> payload = new HashMap<>(Map.of(QUEUE, name, "weight", weight));
        if (atOnce != null) {
            payload.put("atOnce", atOnce);
        }
        log.accept("job_queue_configured", payload);
        return changed(
                name,
                tx -> tx.update(CONFIGURE)
                        .bind("name", name)
                        .bind("weight", weight)
                        .bind("atOnce", atOnce)
                        .execute());
    }

    private static final String PAUSE = """
            insert into {schema}.job_queue as queue (name, paused_at)
            values (:name, :now)
            on conflict (name) do update set paused_at = coalesce(queue.paused_at, excluded.paused_at)
            """;

    @Override
    public JobQueue pauseQueue(String name) {
        permitted.run();
        new Violations().requireText("/name", name, 60).throwIfAny();
        log.accept("job_queue_paused", Map.of(QUEUE, name));
        return changed(
                name,
                tx -> tx.update(PAUSE).bind("name", name).bind("now", now()).execute());
    }

    private static final String RESUME = """
            insert into {schema}.job_queue (name)
            values (:name)
            on conflict (name) do update set paused_at = null
            """;

    @Override
    public JobQueue resumeQueue(String name) {
        permitted.run();
        new Violations().requireText("/name", name, 60).throwIfAny();
        log.accept("job_queue_resumed", Map.of(QUEUE, name));
        return changed(name, tx -> tx.update(RESUME).bind("name", name).execute());
    }

    /** A change of one queue, which exists afterwards. */
    @FunctionalInterface
    private interface Change {
        int in(Tx tx);
    }

    private static final String FIND = """
            select name, weight, at_once, paused_at
            from {schema}.job_queue
            where name = :name
            """;

    private JobQueue changed(String name, Change change) {
        return database.system(tx -> {
            int unused = change.in(tx);
            tx.afterCommit(() -> wake.accept(name));
            return tx.query(FIND)
                    .bind("name", name)
                    .map((row, context) -> queue(row))
                    .one();
        });
    }

    private static JobQueue queue(ResultSet row) throws SQLException {
        OffsetDateTime pausedAt = row.getObject("paused_at", OffsetDateTime.class);
        return new JobQueue(
                row.getString("name"),
                row.getInt("weight"),
                row.getObject("at_once", Integer.class),
                pausedAt == null ? null : pausedAt.toInstant());
    }

    private static final String PAUSED_KINDS = """
            select kind
            from {schema}.job_paused_kind
            """;

    @Override
    public Set<String> pausedKinds() {
        permitted.run();
        return Set.copyOf(
                database.system(tx -> tx.query(PAUSED_KINDS).mapTo(String.class).list()));
    }

    private static final String PAUSE_KIND = """
            insert into {schema}.job_paused_kind (kind, paused_at)
            values (:kind, :now)
            on conflict (kind) do nothing
            """;

    @Override
    public void pauseKind(String kind) {
        permitted.run();
        if (!JobKind.isName(kind)) {
            throw new InvalidInputException(
                    "/kind",
                    "invalid_value",
                    "A kind of job has 1 to 100 letters, digits, dots, hyphens and underscores.");
        }
        log.accept("job_kind_paused", Map.of(KIND, kind));
        int unused = database.system(tx ->
                tx.update(PAUSE_KIND).bind("kind", kind).bind("now", now()).execute());
    }

    private static final String RESUME_KIND = """
            delete from {schema}.job_paused_kind
            where kind = :kind
            """;

    @Override
    public void resumeKind(String kind) {
        permitted.run();
        log.accept("job_kind_resumed", Map.of(KIND, kind));
        int unused = database.system(tx -> {
            tx.afterCommit(() -> wake.accept(Signal.EVERY_QUEUE));
            return tx.update(RESUME_KIND).bind("kind", kind).execute();
        });
    }

    private static final String WORKERS = """
            select w.id, w.name, w.host, w.concurrency, w.queues, w.started_at, w.heartbeat_at, w.lease_until,
              w.lease_until > clock_timestamp() as alive,
              (select count(*) from {schema}.job j where j.state = 'running' and j.worker = w.id) as jobs
            from {schema}.job_worker w
            order by w.started_at, w.id
            """;

    @Override
    public List<JobWorker> workers() {
        permitted.run();
        return database.system(
                tx -> tx.query(WORKERS).map((row, context) -> worker(row)).list());
    }

    private static JobWorker worker(ResultSet row) throws SQLException {
        return new JobWorker(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("host"),
                row.getInt("concurrency"),
                Set.of((String[]) row.getArray("queues").getArray()),
                row.getLong("jobs"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getObject("heartbeat_at", OffsetDateTime.class).toInstant(),
                row.getObject("lease_until", OffsetDateTime.class).toInstant(),
                row.getBoolean("alive"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
