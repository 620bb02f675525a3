package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine's statements in random order, by workers that know what is theirs and by such that only believe it, against a model of
 * what each job must be afterwards.
 */
class JobModelIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final int STEPS = 400;
    private static final int MAX_ATTEMPTS = 3;

    private static ScratchDatabase scratch;
    private static int count;

    private final JobStore store = new JobStore();
    private final WorkerStore workerStore = new WorkerStore();
    private final Map<UUID, Expected> jobs = new TreeMap<>();
    private final List<ClaimedJob> everClaimed = new ArrayList<>();
    private final List<UUID> workers = new ArrayList<>();
    private Scope scope;
    private JobNode node;

    record Item(int value) {}

    private enum State {
        SCHEDULED,
        READY,
        RUNNING,
        DONE,
        DEAD,
        CANCELLED
    }

    /** What a job must be; a worker only while it runs. */
    private record Expected(
            State state, int attempts, @Nullable UUID worker, Instant runAt) {

        Expected at(State next, int number) {
            return new Expected(next, number, null, runAt);
        }

        boolean isOf(ClaimedJob claimed) {
            return state == State.RUNNING && claimed.worker().equals(worker) && claimed.attempt() == attempts;
        }
    }

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_history, insightdesk.job_worker");
        scope = scratch.scope(scratch.tenant("model-" + ++count));
        node = JobNode.on(scratch);
        for (int i = 0; i < 2; i++) {
            workers.add(registered());
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private UUID registered() {
        UUID worker = Ids.next();
        scratch.database().system(tx -> {
            workerStore.register(tx, worker, "worker", "here", JobNode.options().build());
            return true;
        });
        return worker;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyJobIsWhatTheModelSays(long seed) throws SQLException {
        Random random = new Random(seed);
        int[] taken = new int[9];
        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(taken.length);
            taken[what]++;
            switch (what) {
                case 0 -> enqueue(random);
                case 1 -> scratch.clock().advance(Duration.ofSeconds(random.nextInt(30)));
                case 2 -> claim(workers.get(random.nextInt(workers.size())), 1 + random.nextInt(3));
                case 3 -> end(random, "complete");
                case 4 -> end(random, "fail");
                case 5 -> end(random, "bury");
                case 6 -> end(random, "hand back");
                case 7 -> loseALease(random);
                case 8 -> cancelOrRetry(random);
                default -> throw new AssertionError(what);
            }
            assertThat(actual())
                    .as("seed %d, step %d, action %d", seed, step, what)
                    .isEqualTo(expected());
        }
        assertThat(taken).as("every action was taken").doesNotContain(0);
        assertThat(jobs.values()).extracting(Expected::state).contains(State.DONE, State.DEAD, State.CANCELLED);
    }

    private Instant now() {
        return scratch.clock().instant();
    }

    private void enqueue(Random random) {
        Duration delay = Duration.ofSeconds(random.nextBoolean() ? 0 : random.nextInt(60));
        JobId id = node.jobs
                .jobs(scope)
                .enqueue(NewJob.builder(NUMBER, new Item(jobs.size()))
                        .delay(delay)
                        .maxAttempts(MAX_ATTEMPTS)
                        .build());
        jobs.put(id.value(), new Expected(delay.isZero() ? State.READY : State.SCHEDULED, 0, null, now().plus(delay)));
    }

    private void claim(UUID worker, int limit) {
        Lanes lanes = new Lanes();
        scratch.database()
                .system(tx -> store.promote(tx, now(), 1_000, Set.of(), null, 500))
                .lanes()
                .forEach(head -> lanes.add(head.lane(), head.rank()));
        jobs.replaceAll(
                (id, job) -> job.state() == State.SCHEDULED && !job.runAt().isAfter(now())
                        ? job.at(State.READY, job.attempts())
                        : job);
        long ready = matching(job -> job.state() == State.READY);
        Lanes.Turn turn = lanes.next(limit);
        List<ClaimedJob> claimed = turn.lanes().isEmpty()
                ? List.of()
                : scratch.database().system(tx -> store.claim(tx, worker, turn, Set.of(NUMBER.name()), limit));
        assertThat(claimed).hasSize((int) Math.min(limit, ready));
        for (ClaimedJob job : claimed) {
            Expected before = requireNonNull(jobs.get(job.id().value()));
            assertThat(before.state()).isEqualTo(State.READY);
            assertThat(job.attempt()).isEqualTo(before.attempts() + 1);
            jobs.put(job.id().value(), new Expected(State.RUNNING, job.attempt(), worker, before.runAt()));
            everClaimed.add(job);
        }
    }

    private long matching(Predicate<Expected> what) {
        return jobs.values().stream().filter(what).count();
    }

    /** By one that has it, or had it at some time. */
    private void end(Random random, String how) {
        if (everClaimed.isEmpty()) {
            return;
        }
        ClaimedJob job = everClaimed.get(random.nextInt(everClaimed.size()));
        Expected before = requireNonNull(jobs.get(job.id().value()));
        boolean ours = before.isOf(job);
        Instant later = now().plusSeconds(20);
        boolean accepted = scratch.database().system(tx -> switch (how) {
            case "complete" ->
                store.complete(tx, job.worker(), List.of(job), now()).isEmpty();
            case "fail" -> store.putBack(tx, job, later, job.attempt(), "failed", now());
            case "bury" -> store.bury(tx, job, "for good", now());
            // What is handed back was never begun; a node that believes it has it may hand back what it has again by
            // now.
            case "hand back" -> ours && store.handBack(tx, job.worker(), List.of(job)) == 1;
            default -> throw new AssertionError(how);
        });
        assertThat(accepted)
                .as("%s by %s", how, ours ? "who has it" : "who had it")
                .isEqualTo(ours);
        if (ours) {
            jobs.put(
                    job.id().value(),
                    switch (how) {
                        case "complete" -> before.at(State.DONE, job.attempt());
                        case "fail" -> new Expected(State.SCHEDULED, job.attempt(), null, later);
                        case "bury" -> before.at(State.DEAD, job.attempt());
                        case "hand back" -> before.at(State.READY, job.attempt() - 1);
                        default -> throw new AssertionError(how);
                    });
        }
    }

    private void loseALease(Random random) throws SQLException {
        int index = random.nextInt(workers.size());
        UUID lost = workers.get(index);
        execute("update insightdesk.job_worker set lease_until = clock_timestamp() - interval '1 second' where id = '"
                + lost + "'");
        long its = matching(job -> lost.equals(job.worker()));
        int rescued = scratch.database().system(tx -> store.rescue(tx, now()));
        assertThat(rescued).isEqualTo((int) its);
        jobs.replaceAll((id, job) -> lost.equals(job.worker())
                ? job.at(job.attempts() >= MAX_ATTEMPTS ? State.DEAD : State.READY, job.attempts())
                : job);
        workers.set(index, registered());
    }

    private void cancelOrRetry(Random random) {
        List<UUID> all = List.copyOf(jobs.keySet());
        if (all.isEmpty()) {
            return;
        }
        UUID id = all.get(random.nextInt(all.size()));
        Expected before = requireNonNull(jobs.get(id));
        Jobs service = node.jobs.jobs(scope);
        switch (before.state()) {
            case SCHEDULED, READY -> {
                service.cancel(new JobId(id));
                jobs.put(id, before.at(State.CANCELLED, before.attempts()));
            }
            case DEAD -> {
                service.retry(new JobId(id));
                jobs.put(id, new Expected(State.READY, 0, null, now()));
                // A new life: the fence of the one before must not open this one's door.
            }
            case RUNNING -> service.cancel(new JobId(id));
            case DONE, CANCELLED -> assertThat(service.find(new JobId(id))).isEmpty();
        }
    }

    private Map<UUID, String> expected() {
        Map<UUID, String> all = new TreeMap<>();
        jobs.forEach((id, job) -> {
            if (job.state() != State.CANCELLED) {
                all.put(id, job.state() + " " + job.attempts() + " " + job.worker());
            }
        });
        return all;
    }

    private static Map<UUID, String> actual() {
        Map<UUID, String> all = new TreeMap<>();
        scratch.database()
                .system(tx -> tx.query("""
                select id, upper(state) as state, attempts, worker from {schema}.job
                where kind = 'number'
                union all
                select id, 'DEAD', attempts, null from {schema}.job_dead
                union all
                select id, 'DONE', attempts, null from {schema}.job_history
                """)
                        .map((row, context) -> all.put(
                                row.getObject("id", UUID.class),
                                row.getString("state") + " " + row.getInt("attempts") + " "
                                        + row.getObject("worker", UUID.class)))
                        .list());
        return all;
    }
}
