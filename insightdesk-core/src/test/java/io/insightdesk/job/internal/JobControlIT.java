package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobBatch;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.UniqueConflict;
import io.insightdesk.testing.ScratchDatabase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What handlers and callers may do with a job beside having it done. */
class JobControlIT {

    private static final JobKind<Note> NOTE = new JobKind<>("note", Note.class);
    private static final JobKind<Note> LAST = new JobKind<>("last", Note.class);

    private static ScratchDatabase scratch;
    private static int count;

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<JobNode> nodes = new ArrayList<>();
    private Scope scope;
    private JobNode node;
    private Jobs jobs;

    record Note(String text) {}

    @BeforeAll
    static void open() throws SQLException {
        scratch = ScratchDatabase.create();
        execute("create table insightdesk.effect (text text)");
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_key, insightdesk.effect");
        scope = scratch.scope(scratch.tenant("control-" + ++count));
        node = JobNode.on(scratch);
        nodes.add(node);
        jobs = node.jobs.jobs(scope);
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long effects() {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from insightdesk.effect")
                        .mapTo(Long.class)
                        .one());
    }

    private static NewJob.Builder note(String text) {
        return NewJob.builder(NOTE, new Note(text));
    }

    private void handle() {
        node.jobs.handlers().register(NOTE, (context, note) -> {
            if (note.text().startsWith("fail")) {
                throw new PermanentFailureException(note.text(), null);
            }
            done.add(note.text());
        });
        node.jobs.handlers().register(LAST, (context, note) -> done.add("last " + note.text()));
    }

    private int runDue() {
        return node.jobs.workers().runDue();
    }

    @Test
    void aSnoozedJobIsBegunAnewLaterAndTheAttemptDoesNotCount() {
        List<Integer> attempts = new ArrayList<>();
        node.jobs.handlers().register(NOTE, (context, note) -> {
            attempts.add(context.attempt());
            if (attempts.size() < 3) {
                context.snooze(Duration.ofMinutes(10));
            }
        });
        JobId id = jobs.enqueue(note("a").maxAttempts(1).build());

        assertThat(runDue()).isEqualTo(1);
        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.SCHEDULED);
        assertThat(runDue()).isZero();
        scratch.clock().advance(Duration.ofMinutes(10));
        assertThat(runDue()).isEqualTo(1);
        scratch.clock().advance(Duration.ofMinutes(10));
        assertThat(runDue()).isEqualTo(1);

        assertThat(attempts).containsExactly(1, 1, 1);
        assertThat(jobs.find(id)).isEmpty();
    }

    @Test
    void progressIsSeenWhileTheJobRunsAndIsOfOneAttempt() {
        List<Job> seen = new ArrayList<>();
        node.jobs
                .handlers()
                .register(
                        NOTE,
                        (context, note) -> {
                            context.progress(40, "x".repeat(500));
                            context.progress(50, "not written, so soon after the first");
                            seen.add(jobs.find(context.job()).orElseThrow());
                            assertThatThrownBy(() -> context.progress(101, null))
                                    .isInstanceOf(IllegalArgumentException.class);
                            throw new IllegalStateException("once more");
                        },
                        RetryPolicy.exponential(Duration.ofMinutes(1), Duration.ofMinutes(1)));
        JobId id = jobs.enqueue(note("a").build());

        assertThat(runDue()).isEqualTo(1);

        assertThat(seen.get(0).progress()).isEqualTo(40);
        assertThat(seen.get(0).progressNote()).hasSize(200).endsWith("…");
        assertThat(jobs.find(id)).get().extracting(Job::progress).isNull();
    }

    @Test
    void aWaitingJobThatIsCancelledIsGone() {
        handle();
        JobId ready = jobs.enqueue(note("a").build());
        JobId scheduled = jobs.enqueue(note("b").delay(Duration.ofDays(1)).build());

        jobs.cancel(ready);
        jobs.cancel(scheduled);

        assertThat(runDue()).isZero();
        assertThat(jobs.find(ready)).isEmpty();
        assertThatThrownBy(() -> jobs.cancel(ready)).isInstanceOf(NotFoundException.class);
        Jobs others = node.jobs.jobs(scratch.scope(scratch.tenant("control-" + ++count)));
        JobId own = jobs.enqueue(note("c").build());
        assertThatThrownBy(() -> others.cancel(own)).isInstanceOf(NotFoundException.class);
    }

    private JobNode anotherNode() {
        JobNode other = new JobNode(
                scratch,
                scratch.anotherNode(),
                Clock.systemUTC(),
                JobNode.options().lease(Duration.ofSeconds(2)),
                (point, kind, id) -> {});
        nodes.add(other);
        return other;
    }

    @Test
    void aRunningJobThatIsCancelledOnAnotherNodeStopsAndIsNotDoneAgain() {
        JobNode working = anotherNode();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        working.jobs.handlers().register(NOTE, (context, note) -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                done.add(context.isCancelled() ? "cancelled" : "interrupted");
                throw e;
            }
        });
        JobId id = jobs.enqueue(note("a").build());
        working.jobs.workers().start();
        await().until(() -> begun.getCount() == 0);

        jobs.cancel(id);

        await().until(() -> jobs.find(id).isEmpty());
        assertThat(done).containsExactly("cancelled");
        assertThat(jobs.list(JobQuery.dead()).items()).isEmpty();
    }

    @Test
    void aPayloadOfAnEarlierVersionIsMadeOneOfThePresent() {
        record Renamed(String words, int version) {}
        jobs.enqueue(note("old").build());
        node.jobs
                .handlers()
                .register(
                        new JobKind<>("note", Renamed.class).version(3),
                        (context, renamed) -> done.add(renamed.words() + renamed.version()),
                        RetryPolicy.DEFAULT,
                        (version, payload) -> {
                            Map<String, Object> renamed = new HashMap<>();
                            renamed.put("words", String.valueOf(payload.get("text")));
                            renamed.put("version", version);
                            return renamed;
                        });

        assertThat(runDue()).isEqualTo(1);

        assertThat(done).containsExactly("old1");
    }

    @Test
    void aPayloadOfALaterVersionWaitsForANodeThatKnowsIt() {
        handle();
        JobId id = jobs.enqueue(NewJob.builder(NOTE.version(2), new Note("new")).build());

        assertThat(runDue()).isEqualTo(1);

        assertThat(done).isEmpty();
        assertThat(jobs.find(id)).get().satisfies(job -> {
            assertThat(job.status()).isEqualTo(JobStatus.SCHEDULED);
            assertThat(job.lastError()).contains("version 2", "later release");
        });
    }

    @Test
    void failuresThatThePolicyCallsPermanentEndTheJob() {
        node.jobs
                .handlers()
                .register(
                        NOTE,
                        (context, note) -> {
                            throw new NumberFormatException("for ever");
                        },
                        RetryPolicy.DEFAULT.permanent(Set.of(IllegalArgumentException.class)));
        JobId id = jobs.enqueue(note("a").build());

        assertThat(runDue()).isEqualTo(1);

        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.DEAD);
    }

    @Test
    void aPolicyOfTheHostsOwnSeesTheFailureAndOneThatFailsIsReplaced() {
        node.jobs
                .handlers()
                .register(
                        NOTE,
                        (context, note) -> {
                            throw new IllegalStateException(note.text());
                        },
                        RetryPolicy.of((attempt, failure, random) ->
                                Duration.ofMinutes(Long.parseLong(String.valueOf(failure.getMessage())))));
        JobId known = jobs.enqueue(note("7").build());
        JobId unknown = jobs.enqueue(note("seven").build());

        assertThat(runDue()).isEqualTo(2);

        assertThat(jobs.find(known))
                .map(Job::runAt)
                .contains(scratch.clock().instant().plus(Duration.ofMinutes(7)));
        assertThat(jobs.find(unknown))
                .map(Job::runAt)
                .contains(scratch.clock().instant().plus(Duration.ofSeconds(5)));
    }

    @Test
    void aUniqueJobIsReplacedOrMovedOrLeftAlone() {
        handle();
        NewJob first = note("first").uniqueKey("k").delay(Duration.ofHours(1)).build();
        JobId id = jobs.enqueue(first);

        assertThat(jobs.enqueue(note("second").uniqueKey("k").build())).isEqualTo(id);
        assertThat(runDue()).isZero();
        assertThat(jobs.enqueue(note("third")
                        .uniqueKey("k")
                        .onConflict(UniqueConflict.RESCHEDULE)
                        .build()))
                .isEqualTo(id);
        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("first");

        JobId next = jobs.enqueue(first);
        assertThat(jobs.enqueueAll(List.of(
                        note("fourth")
                                .uniqueKey("k")
                                .onConflict(UniqueConflict.REPLACE)
                                .build(),
                        note("fifth").build())))
                .startsWith(next)
                .hasSize(2);
        assertThat(runDue()).isEqualTo(2);
        assertThat(done).containsExactlyInAnyOrder("first", "fourth", "fifth");
    }

    @Test
    void aRunningJobIsNotReplaced() {
        List<JobId> within = new ArrayList<>();
        node.jobs.handlers().register(NOTE, (context, note) -> {
            within.add(jobs.enqueue(note("another")
                    .uniqueKey("k")
                    .onConflict(UniqueConflict.REPLACE)
                    .build()));
            done.add(note.text());
        });
        JobId id = jobs.enqueue(note("first").uniqueKey("k").build());

        assertThat(runDue()).isEqualTo(1);

        assertThat(within).containsExactly(id);
        assertThat(done).containsExactly("first");
    }

    @Test
    void whatIsUniqueForSomeTimeIsDoneOnceInThatTime() {
        handle();
        NewJob hourly = note("a").uniqueKey("k").uniqueFor(Duration.ofHours(1)).build();
        JobId id = jobs.enqueue(hourly);
        assertThat(runDue()).isEqualTo(1);

        assertThat(jobs.enqueue(hourly)).isEqualTo(id);
        assertThat(jobs.enqueueAll(List.of(hourly))).containsExactly(id);
        assertThat(runDue()).isZero();
        JobId waiting = jobs.enqueue(note("b").uniqueKey("other").build());
        assertThat(jobs.enqueue(note("b")
                        .uniqueKey("other")
                        .uniqueFor(Duration.ofHours(1))
                        .build()))
                .isEqualTo(waiting);
        assertThat(runDue()).isEqualTo(1);
        scratch.clock().advance(Duration.ofHours(1));
        assertThat(jobs.enqueue(hourly)).isNotEqualTo(id);
        assertThat(runDue()).isEqualTo(1);
        scratch.clock().advance(Duration.ofHours(2));
        node.jobs.tendHistory();
        assertThat(scratch.database()
                        .<Long>system(tx -> tx.query("select count(*) from {schema}.job_key")
                                .mapTo(Long.class)
                                .one()))
                .isZero();
    }

    @Test
    void whenABatchHasEndedTheJobThatFollowsIsEnqueued() {
        handle();
        JobBatchId batch = jobs.enqueueBatch(
                List.of(
                        note("a").build(),
                        note("fail").build(),
                        note("b").delay(Duration.ofHours(1)).build()),
                id -> NewJob.builder(LAST, new Note(id.toString()))
                        .queue("ends")
                        .build());
        assertThat(jobs.findBatch(batch))
                .contains(new JobBatch(batch, 3, 3, 0, scratch.clock().instant(), null));

        assertThat(runDue()).isEqualTo(2);
        assertThat(jobs.findBatch(batch))
                .contains(new JobBatch(batch, 3, 1, 1, scratch.clock().instant(), null));
        scratch.clock().advance(Duration.ofHours(1));
        assertThat(runDue()).as("the last of the batch, and what follows it").isEqualTo(2);

        assertThat(done).containsExactly("a", "b", "last " + batch);
        assertThat(jobs.findBatch(batch)).get().satisfies(ended -> {
            assertThat(ended.endedAt()).isEqualTo(scratch.clock().instant());
            assertThat(ended.waiting()).isZero();
        });
        assertThat(jobs.retryAll(null)).isEqualTo(1);
        assertThat(runDue())
                .as("a dead job that is retried does not end the batch again")
                .isEqualTo(1);
        scratch.clock().advance(Duration.ofDays(8));
        node.jobs.tendHistory();
        assertThat(jobs.findBatch(batch)).isEmpty();
    }

    @Test
    void twoNodesThatEndTheLastJobsOfABatchAtTheSameTimeEnqueueOneJobThatFollows() {
        int batches = 20;
        for (JobNode each : List.of(anotherNode(), anotherNode())) {
            each.jobs.handlers().register(NOTE, (context, note) -> {});
            each.jobs.handlers().register(LAST, (context, note) -> done.add(note.text()));
            each.jobs.workers().start();
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            List<NewJob> many = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                many.add(note("x").build());
            }
            JobBatchId batch = jobs.enqueueBatch(
                    many, id -> NewJob.builder(LAST, new Note(id.toString())).build());
            expected.add(batch.toString());
        }

        await().until(() -> done.size() >= batches);

        assertThat(done).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theHostsOwnBatchEndsToo() {
        handle();
        JobBatchId batch = node.jobs
                .jobs()
                .enqueueBatch(
                        List.of(note("a").build()),
                        id -> NewJob.builder(LAST, new Note("of the host")).build());

        assertThat(runDue()).isEqualTo(2);

        assertThat(done).containsExactly("a", "last of the host");
        assertThat(node.jobs.jobs().findBatch(batch)).isPresent();
        assertThat(jobs.findBatch(batch)).as("it is no tenant's").isEmpty();
    }

    @Test
    void cancellingTheLastJobEndsTheBatch() {
        handle();
        JobBatchId batch = jobs.enqueueBatch(
                List.of(note("never").uniqueKey("k").delay(Duration.ofDays(1)).build()),
                id -> NewJob.builder(LAST, new Note("x")).build());
        JobId later = jobs.enqueue(note("which is it").uniqueKey("k").build());

        jobs.cancel(later);

        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("last x");
        assertThat(jobs.findBatch(batch)).get().extracting(JobBatch::endedAt).isNotNull();
    }

    @Test
    void whatABatchLeavesOutDoesNotCount() {
        handle();
        jobs.enqueue(note("before").uniqueKey("k").build());

        JobBatchId some = jobs.enqueueBatch(
                List.of(note("another").uniqueKey("k").build(), note("own").build()),
                id -> NewJob.builder(LAST, new Note("of some")).build());
        JobBatchId none = jobs.enqueueBatch(
                List.of(note("another").uniqueKey("k").build()),
                id -> NewJob.builder(LAST, new Note("of none")).build());

        assertThat(jobs.findBatch(some)).map(JobBatch::jobs).contains(1);
        assertThat(jobs.findBatch(none)).get().satisfies(batch -> {
            assertThat(batch.jobs()).isZero();
            assertThat(batch.endedAt()).isNotNull();
        });
        assertThat(runDue()).isEqualTo(4);
        assertThat(done).containsExactlyInAnyOrder("before", "own", "last of some", "last of none");
    }

    @Test
    void nobodyCancelsAnothersJobThatRunsHere() throws Exception {
        JobNode working = anotherNode();
        Jobs others = working.jobs.jobs(scratch.scope(scratch.tenant("control-" + ++count)));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        working.jobs.handlers().register(NOTE, (context, note) -> {
            begun.countDown();
            release.await();
            done.add(context.isCancelled() ? "cancelled" : "whole");
        });
        JobId id = working.jobs.jobs(scope).enqueue(note("a").build());
        working.jobs.workers().start();
        await().until(() -> begun.getCount() == 0);

        assertThatThrownBy(() -> others.cancel(id)).isInstanceOf(NotFoundException.class);
        release.countDown();

        await().until(() -> !done.isEmpty());
        assertThat(done).containsExactly("whole");
    }

    @Test
    void batchesThatCannotBeAreRefused() {
        NewJob last = NewJob.builder(LAST, new Note("x")).build();
        assertThatThrownBy(() -> jobs.enqueueBatch(List.of(), id -> last)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> jobs.enqueueBatch(
                        List.of(note("a").build()),
                        id -> NewJob.builder(LAST, new Note("x")).uniqueKey("k").build()))
                .isInstanceOf(InvalidInputException.class);
    }

    /** Hands a number over from who enqueues to who handles, as a tracer does with its traces. */
    private final class Tracer implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                hand(sender);
            } else if (context instanceof ReceiverContext<?> receiver) {
                done.add(context.getName() + " of " + taken(receiver));
            }
        }

        private static <C> void hand(SenderContext<C> sender) {
            sender.getSetter().set(sender.getCarrier(), "traceparent", "4711");
        }

        private static <C> String taken(ReceiverContext<C> receiver) {
            return String.valueOf(receiver.getGetter().get(requireNonNull(receiver.getCarrier()), "traceparent"));
        }

        @Override
        public void onError(Observation.Context context) {
            done.add("failed with " + requireNonNull(context.getError()).getMessage());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Test
    void aTraceGoesOnFromWhoEnqueuesToWhoHandles() {
        ObservationRegistry observed = ObservationRegistry.create();
        observed.observationConfig().observationHandler(new Tracer());
        JobNode traced = new JobNode(scratch, scratch.database(), scratch.clock(), JobNode.options(), observed);
        nodes.add(traced);
        traced.jobs.handlers().register(NOTE, (context, note) -> {
            done.add(requireNonNull(observed.getCurrentObservation())
                    .getContext()
                    .getName());
            throw new IllegalStateException(note.text());
        });
        traced.jobs.jobs(scope).enqueue(note("one").build());
        traced.jobs.jobs(scope).enqueueAll(List.of(note("two").build()));

        assertThat(traced.jobs.workers().runDue()).isEqualTo(2);

        assertThat(done)
                .containsExactly(
                        "insightdesk.job.handle of 4711",
                        "insightdesk.job.handle",
                        "failed with one",
                        "insightdesk.job.handle of 4711",
                        "insightdesk.job.handle",
                        "failed with two");
    }

    @Test
    void whoNoLongerHasAJobCannotEndItInItsOwnTransactionAndItIsNotCountedAsDone() {
        node.jobs.handlers().register(NOTE, (context, note) -> {
            execute("update insightdesk.job_worker set lease_until = clock_timestamp() - interval '1 second'");
            try (Connection connection = scratch.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> context.completeWithin(connection))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("no longer this worker's");
                connection.rollback();
            }
            execute("update insightdesk.job set state = 'ready', worker = null"); // as a rescue does
            throw new IllegalStateException("rolled back");
        });
        JobId id = jobs.enqueue(note("a").build());

        assertThat(runDue()).isEqualTo(1);

        assertThat(node.meters
                        .find("insightdesk.job.processing")
                        .tag("outcome", "done")
                        .timer())
                .isNull();
        assertThat(jobs.find(id)).isPresent();
    }

    @Test
    void deadJobsAreRetriedAndDiscardedByKind() {
        handle();
        for (int i = 0; i < 3; i++) {
            jobs.enqueue(note("fail " + i).uniqueKey("k" + i).build());
        }
        assertThat(runDue()).isEqualTo(3);
        JobId taken =
                jobs.enqueue(note("a").uniqueKey("k1").delay(Duration.ofDays(1)).build());

        assertThat(jobs.retryAll("another")).isZero();
        assertThat(jobs.retryAll(NOTE.name())).as("one unique key is taken").isEqualTo(2);
        assertThat(runDue()).isEqualTo(2);
        jobs.cancel(taken);

        assertThat(jobs.discardAll("another")).isZero();
        assertThat(jobs.discardAll(NOTE.name())).isEqualTo(3);
        assertThat(jobs.discardAll(null)).isZero();
    }

    @Test
    void aHostsJobIsEnqueuedAndEndedInItsOwnTransactions() throws SQLException {
        JobKind<Note> effect = new JobKind<>("effect", Note.class);
        node.jobs.handlers().register(effect, (context, note) -> {
            try (Connection connection = scratch.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("insert into insightdesk.effect values ('" + note.text() + "')");
                context.completeWithin(connection);
                if (note.text().equals("rolled back") && context.attempt() == 1) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
            if (note.text().equals("fails afterwards")) {
                throw new IllegalStateException("after the commit");
            }
        });
        try (Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            node.jobs
                    .jobs(scratch.database().on(connection, action -> {}))
                    .enqueue(NewJob.builder(effect, new Note("never")).build());
            connection.rollback();
            node.jobs
                    .jobs(scratch.database().on(connection, action -> {}))
                    .enqueue(NewJob.builder(effect, new Note("once")).build());
            assertThat(runDue()).isZero();
            connection.commit();
        }
        jobs.enqueue(NewJob.builder(effect, new Note("rolled back")).build());
        jobs.enqueue(NewJob.builder(effect, new Note("fails afterwards")).build());

        assertThat(runDue()).isEqualTo(3);
        assertThat(effects()).isEqualTo(2);
        scratch.clock().advance(Duration.ofMinutes(1));
        assertThat(runDue()).isEqualTo(1);
        assertThat(effects()).isEqualTo(3);
        assertThat(jobs.list(JobQuery.dead()).items()).isEmpty();
    }
}
