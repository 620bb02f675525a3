package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.SignalConnection;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How nodes hear of each other's jobs. */
class SignalIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final Duration NEVER = Duration.ofMinutes(10);

    private static ScratchDatabase scratch;
    private static int count;

    private final List<JobNode> nodes = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private Scope scope;

    record Item(int value) {}

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        int unused = scratch.database()
                .system(tx -> tx.update("truncate {schema}.job").execute());
        scope = scratch.scope(scratch.tenant("signal-" + ++count));
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private JobNode node(Duration pollInterval) {
        JobNode node = new JobNode(
                scratch,
                scratch.anotherNode(),
                Clock.systemUTC(),
                WorkerOptions.builder().pollInterval(pollInterval),
                (point, kind, id) -> {});
        nodes.add(node);
        return node;
    }

    private JobNode listening(Duration pollInterval) {
        JobNode node = node(pollInterval);
        node.jobs.handlers().register(NUMBER, (context, item) -> done.incrementAndGet());
        node.jobs.workers().start();
        await().until(node.jobs::listening);
        return node;
    }

    private static NewJob number(int value) {
        return NewJob.builder(NUMBER, new Item(value)).build();
    }

    @Test
    void jobsOfANodeThatDoesNotWorkAreDoneAtOnceByOneThatDoes() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);

        answering.jobs.jobs(scope).enqueue(number(1));
        await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
        answering.jobs.jobs().enqueue(number(2));
        await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 2);
        answering.jobs.jobs(scope).enqueueAll(List.of(number(3), number(4)));
        await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 4);

        assertThat(working.jobs.listening()).isTrue();
    }

    @Test
    void jobsThatComeDueSoonAreDoneThenByANodeThatHardlyEverLooks() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);
        Duration soon = Duration.ofMillis(400);

        long began = System.nanoTime();
        answering
                .jobs
                .jobs(scope)
                .enqueue(NewJob.builder(NUMBER, new Item(1)).delay(soon).build());
        answering
                .jobs
                .jobs()
                .enqueueAll(
                        List.of(NewJob.builder(NUMBER, new Item(2)).delay(soon).build()));
        working.jobs
                .jobs(scope)
                .enqueue(NewJob.builder(NUMBER, new Item(3)).delay(soon).build());
        await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 3);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(soon.minusMillis(50));
    }

    @Test
    void whatFailedIsTriedAgainInTimeByANodeThatHardlyEverLooks() {
        JobNode working = node(NEVER);
        working.jobs
                .handlers()
                .register(
                        NUMBER,
                        (context, item) -> {
                            if (context.attempt() < 3) {
                                throw new IllegalStateException("once more");
                            }
                            done.incrementAndGet();
                        },
                        RetryPolicy.exponential(Duration.ofMillis(200), Duration.ofMillis(200)));
        working.jobs.workers().start();
        await().until(working.jobs::listening);

        node(NEVER).jobs.jobs(scope).enqueue(number(1));

        await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    }

    @Test
    void jobsOfAHostThatDoesNotTellOfItsCommitAreFoundByPollingAsOftenAsWithoutSignals() throws SQLException {
        Duration poll = Duration.ofSeconds(1);
        JobNode working = listening(poll);

        long began;
        try (Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            working.jobs
                    .jobs(scratch.database().on(connection, Database.NO_HOOKS))
                    .enqueue(number(1));
            began = System.nanoTime();
            connection.commit();
        }
        await().until(() -> done.get() == 1);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(poll.multipliedBy(3));
    }

    @Test
    void manyCommitsMakeFewNotifications() {
        JobNode answering = node(NEVER);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        try (SignalConnection ear = scratch.database().listen("insightdesk_job")) {
            long began = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                answering.jobs.jobs(scope).enqueue(number(i));
            }
            long took = System.nanoTime() - began;
            await().during(Duration.ofMillis(300)).until(() -> {
                heard.addAll(ear.await(Duration.ofMillis(20)));
                return !heard.isEmpty();
            });

            assertThat(heard)
                    .allMatch(payload -> Signal.parse(payload).isPresent())
                    .hasSizeLessThanOrEqualTo((int) (took / SignalSender.PAUSE.toNanos()) + 2);
        }
    }

    @Test
    void nothingIsToldBeforeTheCommitNorAfterARollback() throws SQLException {
        JobNode answering = node(NEVER);
        List<Runnable> hooks = new ArrayList<>();
        try (SignalConnection ear = scratch.database().listen("insightdesk_job");
                Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Scope within = new Scope(
                    scope.tenant(),
                    scope.actor(),
                    scope.authority(),
                    scratch.database().on(connection, hooks::add),
                    scope.clock(),
                    null);
            answering.jobs.jobs(within).enqueue(number(1));
            assertThat(ear.await(Duration.ofMillis(200))).isEmpty();
            connection.commit();
            assertThat(ear.await(Duration.ofMillis(200)))
                    .as("nobody told the library of the commit")
                    .isEmpty();

            hooks.forEach(Runnable::run);

            assertThat(ear.await(Duration.ofSeconds(5))).hasSize(1);
        }
    }

    @Test
    void aClosedNodeHasToldWhatItHadToTellAndTellsNothingMore() {
        JobNode closing = node(NEVER);
        JobNode other = node(NEVER);
        try (SignalConnection ear = scratch.database().listen("insightdesk_job")) {
            closing.jobs.jobs(scope).enqueue(number(1));
            closing.jobs.close();
            List<String> told = ear.await(Duration.ofSeconds(5));
            assertThat(told).hasSize(1);

            closing.jobs.jobs(scope).enqueue(number(2));
            other.jobs.jobs(scope).enqueue(number(3));

            assertThat(ear.await(Duration.ofSeconds(5)))
                    .as("the first that is told afterwards is the other node's")
                    .singleElement()
                    .satisfies(payload -> assertThat(sender(payload)).isNotEqualTo(sender(told.get(0))));
        }
    }

    private static String sender(String payload) {
        return Signal.parse(payload).orElseThrow().sender();
    }

    @Test
    void aNodeWhoseConnectionIsKilledPollsAndListensAgain() throws SQLException {
        Duration poll = Duration.ofMillis(500);
        JobNode working = listening(poll);
        JobNode answering = node(NEVER);

        assertThat(killListeners()).isPositive();
        long began = System.nanoTime();
        answering.jobs.jobs(scope).enqueue(number(1));
        await().until(() -> done.get() == 1);
        Duration late = Duration.ofNanos(System.nanoTime() - began);

        assertThat(late).isLessThan(poll.plusSeconds(2));
        await().until(working.jobs::listening);
        await().until(() -> working.jobs.workers().loops().stream().allMatch(loop -> loop.failuresInARow() == 0));
        answering.jobs.jobs(scope).enqueue(number(2));
        await().until(() -> done.get() == 2);
    }

    private static int killListeners() throws SQLException {
        int killed = 0;
        try (Connection connection = scratch.dataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select pg_terminate_backend(pid) from pg_stat_activity "
                                + "where datname = current_database() and query = 'select pg_notify($1, $2)'");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                killed++;
            }
        }
        return killed;
    }

    @Test
    void whereNotificationsDoNotArriveNodesPoll() {
        AtomicInteger resumed = new AtomicInteger();
        SignalWire elsewhere = new PostgresWire(scratch.database(), new JobStore()) {
            @Override
            public Ear listen() {
                return new Listening(scratch.database().listen("somewhere_else"), "insightdesk_job");
            }
        };
        SignalListener deaf = new SignalListener(elsewhere, "node", signal -> {}, resumed::incrementAndGet);

        deaf.turn();

        assertThat(deaf.listening()).isFalse();
        assertThat(deaf.pause()).isGreaterThan(Duration.ofSeconds(30));
        assertThat(resumed).hasValue(0);
    }

    @Test
    void aConnectionThatListenedGoesBackToThePoolAsItWas() throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
        }
        for (int i = 0; i < 30; i++) {
            scratch.database().listen("insightdesk_job").close();
        }

        String channels = scratch.database()
                .system(tx -> tx.query("select count(*)::text from pg_listening_channels()")
                        .mapTo(String.class)
                        .one());
        assertThat(channels).isEqualTo("0");
    }
}
