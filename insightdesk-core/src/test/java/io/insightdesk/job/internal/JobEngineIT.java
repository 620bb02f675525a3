package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.WorkerLoop;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers that race, die and come back. */
class JobEngineIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);

    private static ScratchDatabase scratch;
    private static int count;

    private final List<JobNode> nodes = new ArrayList<>();
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
    void prepare() throws SQLException {
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_history, insightdesk.job_worker");
        scope = scratch.scope(scratch.tenant("tenant-" + ++count));
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private JobNode node(WorkerOptions.Builder options, JobFeature.Probe probe) {
        JobNode node = new JobNode(scratch, scratch.anotherNode(), Clock.systemUTC(), options, probe);
        nodes.add(node);
        return node;
    }

    private JobNode node(WorkerOptions.Builder options) {
        return node(options, (point, kind, id) -> {});
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static NewJob number(int value) {
        return NewJob.builder(NUMBER, new Item(value)).maxAttempts(3).build();
    }

    private long left() {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from {schema}.job")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void twoNodesDoTwoThousandJobsOnceEach() {
        Map<Integer, AtomicInteger> runs = new ConcurrentHashMap<>();
        // Neither does all of it before the other has begun.
        CountDownLatch bothTakePart = new CountDownLatch(2);
        for (int n = 0; n < 2; n++) {
            AtomicBoolean first = new AtomicBoolean(true);
            JobNode node = node(JobNode.options());
            node.jobs.handlers().register(NUMBER, (context, number) -> {
                runs.computeIfAbsent(number.value(), any -> new AtomicInteger()).incrementAndGet();
                if (first.getAndSet(false)) {
                    bothTakePart.countDown();
                }
                bothTakePart.await();
            });
        }
        scope.run(tx -> {
            for (int i = 0; i < 2000; i++) {
                assertThat(nodes.get(0).jobs.enqueue(tx, scope, number(i))).isPresent();
            }
            return 0;
        });

        nodes.forEach(node -> node.jobs.workers().start());

        await().atMost(Duration.ofSeconds(60)).until(() -> left() == 0);
        assertThat(runs).hasSize(2000);
        assertThat(runs.values()).allMatch(number -> number.get() == 1);
    }

    @Test
    void aCommitWakesTheWorkersOfItsNode() {
        JobNode node = node(WorkerOptions.builder().pollInterval(Duration.ofMinutes(10)));
        CountDownLatch done = new CountDownLatch(1);
        node.jobs.handlers().register(NUMBER, (context, number) -> done.countDown());
        node.jobs.workers().start();
        await().until(() -> node.jobs.workers().loops().stream().allMatch(loop -> loop.lastSuccess() != null));

        node.jobs.jobs(scope).enqueue(number(1));

        await().atMost(Duration.ofSeconds(5)).until(() -> done.getCount() == 0);
    }

    @Test
    void aWorkerThatLostItsLeaseCannotEndTheJob() {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<String> log = new ConcurrentLinkedQueue<>();
        JobNode dying = node(JobNode.options().concurrency(1));
        dying.jobs.handlers().register(NUMBER, (context, number) -> {
            log.add("first");
            claimed.countDown();
            awaitQuietly(goOn);
        });
        JobId id = dying.jobs.jobs(scope).enqueue(number(1));
        dying.jobs.workers().start();
        await().until(() -> claimed.getCount() == 0);
        expireLeases();

        JobNode heir = node(JobNode.options());
        CountDownLatch heirHasIt = new CountDownLatch(1);
        CountDownLatch heirGoesOn = new CountDownLatch(1);
        heir.jobs.handlers().register(NUMBER, (context, number) -> {
            log.add("second, attempt " + context.attempt());
            heirHasIt.countDown();
            awaitQuietly(heirGoesOn);
        });
        heir.jobs.workers().start();
        await().atMost(Duration.ofSeconds(30)).until(() -> heirHasIt.getCount() == 0);

        goOn.countDown();
        await().until(() -> timers(dying, "lost") == 1);
        Job still = dying.jobs.jobs(scope).find(id).orElseThrow();
        assertThat(still.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(still.attempts()).isEqualTo(2);

        heirGoesOn.countDown();
        await().until(() -> left() == 0);
        assertThat(log).containsExactly("first", "second, attempt 2");
        assertThat(timers(heir, "done")).isEqualTo(1);
    }

    /** As if the worker had not been heard of. */
    private static void expireLeases() {
        scratch.database()
                .system(tx -> tx.update(
                                "update {schema}.job_worker set lease_until = clock_timestamp() - interval '1 minute'")
                        .execute());
        scratch.database()
                .system(tx -> new JobStore().rescue(tx, Clock.systemUTC().instant()));
    }

    private static long timers(JobNode node, String outcome) {
        var timer = node.meters
                .find("insightdesk.job.processing")
                .tag("outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    @Test
    void aLeaseIsExtendedWhileTheHandlerWorks() {
        JobNode slow = node(JobNode.options().lease(Duration.ofMillis(300)));
        JobNode other = node(JobNode.options().lease(Duration.ofMillis(300)));
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        for (JobNode node : nodes) {
            node.jobs.handlers().register(NUMBER, (context, number) -> {
                runs.incrementAndGet();
                awaitQuietly(end);
            });
        }
        slow.jobs.jobs(scope).enqueue(number(1));
        nodes.forEach(node -> node.jobs.workers().start());
        await().until(() -> runs.get() == 1);

        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(2)).until(() -> runs.get() == 1);

        end.countDown();
        await().until(() -> left() == 0);
        assertThat(timers(slow, "done") + timers(other, "done")).isEqualTo(1);
    }

    @Test
    void aHandlerThatTakesTooLongIsInterruptedAndTheJobTriedAgain() {
        JobNode node = node(JobNode.options());
        AtomicInteger runs = new AtomicInteger();
        node.jobs
                .handlers()
                .register(
                        NUMBER,
                        (context, number) -> {
                            if (runs.incrementAndGet() == 1) {
                                new CountDownLatch(1).await();
                            }
                        },
                        RetryPolicy.exponential(Duration.ofMillis(1), Duration.ofMillis(1))
                                .timeout(Duration.ofMillis(100)));
        node.jobs.workers().start();

        node.jobs.jobs(scope).enqueue(number(1));

        await().until(() -> left() == 0);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aJobWhoseWorkersKeepDyingIsDeadInTheEnd() {
        AtomicBoolean killed = new AtomicBoolean();
        JobNode node = node(JobNode.options());
        node.jobs.handlers().register(NUMBER, (context, number) -> killed.set(true));
        JobId id = node.jobs.jobs(scope).enqueue(number(1));
        JobStore store = new JobStore();
        for (int attempt = 1; attempt <= 3; attempt++) {
            UUID doomed = Ids.next();
            List<ClaimedJob> claimed = scratch.database().system(tx -> {
                new WorkerStore()
                        .register(
                                tx, doomed, "doomed", "here", JobNode.options().build());
                Lane lane = Lane.of("default", scope.tenant());
                return store.claim(
                        tx, doomed, new Lanes.Turn("default", Map.of(lane, Instant.EPOCH)), List.of(NUMBER.name()), 10);
            });
            assertThat(claimed).hasSize(1);
            expireLeases();
        }

        Job dead = node.jobs.jobs(scope).find(id).orElseThrow();
        assertThat(dead.status()).isEqualTo(JobStatus.DEAD);
        assertThat(dead.lastError()).contains("doomed");
        assertThat(killed).isFalse();
    }

    @Test
    void stoppingLetsJobsFinishAndGivesBackThoseThatDoNot() {
        JobNode node = node(JobNode.options().concurrency(2));
        Semaphore begun = new Semaphore(0);
        CountDownLatch quickEnds = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        node.jobs.handlers().register(NUMBER, (context, number) -> {
            begun.release();
            if (number.value() == 1) {
                quickEnds.await();
            } else {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    cancelled.set(context.isCancelled());
                }
            }
        });
        JobId quick = node.jobs.jobs(scope).enqueue(number(1));
        JobId endless = node.jobs.jobs(scope).enqueue(number(2));
        node.jobs.workers().start();
        begun.acquireUninterruptibly(2);
        quickEnds.countDown();

        assertThat(node.jobs.workers().stop(Duration.ofMillis(200))).isFalse();

        assertThat(node.jobs.workers().running()).isFalse();
        assertThat(cancelled).isTrue();
        assertThat(node.jobs.jobs(scope).find(quick)).isEmpty();
        Job back = node.jobs.jobs(scope).find(endless).orElseThrow();
        assertThat(back.status()).isEqualTo(JobStatus.READY);
        assertThat(back.attempts()).as("the attempt does not count").isZero();
    }

    @Test
    void aNodeWhoseLeaseEndedCancelsWhatItRunsAndGoesOnWithANewOne() {
        JobNode node = node(JobNode.options().lease(Duration.ofMillis(600)));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
        node.jobs.handlers().register(NUMBER, (context, number) -> {
            attempts.add(context.attempt());
            if (context.attempt() == 1) {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    cancelled.set(context.isCancelled());
                }
            }
        });
        node.jobs.jobs(scope).enqueue(number(1));
        node.jobs.workers().start();
        await().until(() -> begun.getCount() == 0);

        expireLeases();

        await().until(() -> left() == 0);
        assertThat(cancelled).isTrue();
        assertThat(attempts).containsExactly(1, 2);
        assertThat(timers(node, "lost")).isEqualTo(1);
        assertThat(timers(node, "done")).isEqualTo(1);
    }

    @Test
    void whatWaitsBehindASlowJobIsDoneByAnotherNode() {
        JobNode slow = node(JobNode.options().concurrency(1));
        AtomicInteger quick = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        slow.jobs.handlers().register(NUMBER, (context, number) -> {
            if (number.value() < 0) {
                begun.countDown();
                awaitQuietly(end);
            } else {
                quick.incrementAndGet();
            }
        });
        JobNode other = node(JobNode.options());
        other.jobs.handlers().register(NUMBER, (context, number) -> quick.incrementAndGet());
        slow.jobs.workers().start();
        slow.jobs.jobs(scope).enqueueAll(numbers(0, 1_000));
        await().until(() -> quick.get() == 1_000);
        List<NewJob> behind = numbers(0, 50);
        behind.add(0, NewJob.builder(NUMBER, new Item(-1)).priority(100).build());

        slow.jobs.jobs(scope).enqueueAll(behind);
        await().until(() -> begun.getCount() == 0);
        other.jobs.workers().start();

        await().until(() -> quick.get() == 1_050);
        end.countDown();
        await().until(() -> left() == 0);
        assertThat(history()).isEqualTo(1_051);
    }

    private static List<NewJob> numbers(int from, int to) {
        List<NewJob> jobs = new ArrayList<>();
        for (int i = from; i < to; i++) {
            jobs.add(number(i));
        }
        return jobs;
    }

    private static long history() {
        return scratch.database()
                .system(tx -> tx.query("select count(distinct id) from {schema}.job_history")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void jobsAreHandedBackWhenTheHostsExecutorTakesNone() {
        AtomicBoolean full = new AtomicBoolean(true);
        JobNode node = node(JobNode.options().executor(work -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            Thread thread = new Thread(work, "host");
            thread.setDaemon(true);
            thread.start();
        }));
        AtomicInteger runs = new AtomicInteger();
        node.jobs.handlers().register(NUMBER, (context, number) -> runs.addAndGet(context.attempt()));
        node.jobs.jobs(scope).enqueue(number(1));
        node.jobs.workers().start();
        await().until(() -> node.jobs.workers().loops().stream().anyMatch(loop -> loop.failuresInARow() > 0));

        full.set(false);

        await().until(() -> left() == 0);
        assertThat(runs).as("the attempts before did not count").hasValue(1);
    }

    /** As when the answer to a claim gets lost: the row says that the worker has the job, and the worker does not know of it. */
    @Test
    void aJobThatItsWorkerKnowsNothingOfIsDoneAgain() throws SQLException {
        JobNode node = node(JobNode.options().lease(Duration.ofMillis(900)));
        Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
        node.jobs.jobs(scope).enqueue(number(1));
        node.jobs.workers().start();
        await().until(() -> workers() == 1);
        execute(
                "update insightdesk.job set state = 'running', attempts = 1, worker = (select id from insightdesk.job_worker)");

        node.jobs.handlers().register(NUMBER, (context, number) -> attempts.add(context.attempt()));

        await().until(() -> left() == 0);
        assertThat(attempts).containsExactly(2);
    }

    @Test
    void workersSignOffWhenTheyStop() {
        JobNode node = node(JobNode.options());
        node.jobs.workers().start();
        await().until(() -> workers() == 1);

        assertThat(node.jobs.workers().stop(Duration.ofSeconds(5))).isTrue();

        assertThat(workers()).isZero();
    }

    private static long workers() {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from {schema}.job_worker")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void workersCanBeStartedAgain() {
        JobNode node = node(JobNode.options());
        AtomicInteger runs = new AtomicInteger();
        node.jobs.handlers().register(NUMBER, (context, number) -> runs.incrementAndGet());
        node.jobs.workers().start();
        node.jobs.workers().start();
        assertThat(node.jobs.workers().stop(Duration.ofSeconds(5))).isTrue();
        assertThat(node.jobs.workers().stop(Duration.ofSeconds(5))).isTrue();
        node.jobs.jobs(scope).enqueue(number(1));

        node.jobs.workers().start();

        await().until(() -> runs.get() == 1);
    }

    @Test
    void anErrorOfAHandlerDoesNotEndTheWorker() {
        JobNode node = node(JobNode.options().concurrency(1));
        AtomicInteger runs = new AtomicInteger();
        node.jobs.handlers().register(NUMBER, (context, number) -> {
            if (number.value() == 1) {
                throw new StackOverflowError();
            }
            runs.incrementAndGet();
        });
        node.jobs.jobs(scope).enqueue(number(1));
        node.jobs.workers().start();
        await().until(() -> timers(node, "retry") == 1);

        node.jobs.jobs(scope).enqueue(number(2));

        await().until(() -> runs.get() == 1);
    }

    @Test
    void loopsSurviveADatabaseThatFails() throws SQLException {
        JobNode node = node(JobNode.options());
        AtomicInteger runs = new AtomicInteger();
        node.jobs.handlers().register(NUMBER, (context, number) -> runs.incrementAndGet());
        node.jobs.workers().start();
        execute("alter table insightdesk.job rename to job_away");
        try {
            await().until(() -> node.jobs.workers().loops().stream().anyMatch(loop -> loop.failuresInARow() > 0));
        } finally {
            execute("alter table insightdesk.job_away rename to job");
        }

        node.jobs.jobs(scope).enqueue(number(1));

        await().until(() -> runs.get() == 1);
        await().until(() -> node.jobs.workers().loops().stream()
                .filter(loop -> loop.name().equals("insightdesk-jobs"))
                .map(WorkerLoop::failuresInARow)
                .allMatch(failures -> failures == 0));
    }

    @Test
    void theQueueSizeIsAGauge() {
        JobNode node = node(JobNode.options());
        node.jobs.jobs(scope).enqueue(number(1));
        node.jobs.jobs(scope).enqueue(number(2));
        node.jobs.workers().start();

        await().untilAsserted(() -> {
            var gauge = node.meters
                    .find("insightdesk.job.queue.size")
                    .tag("queue", "default")
                    .tag("status", "ready")
                    .gauge();
            assertThat(gauge)
                    .isNotNull()
                    .satisfies(size -> assertThat(size.value()).isEqualTo(2));
        });
    }

    @Test
    void theProbeSeesTheNamedPoints() {
        Queue<String> points = new ConcurrentLinkedQueue<>();
        JobNode node = node(JobNode.options(), (point, kind, id) -> points.add(point + " " + kind));
        node.jobs.handlers().register(NUMBER, (context, number) -> points.add("handler"));
        node.jobs.jobs(scope).enqueue(number(1));

        node.jobs.workers().runDue();

        assertThat(points).containsExactly("after-claim number", "handler", "before-completion number");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
