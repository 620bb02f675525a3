package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobLimit;
import io.insightdesk.job.JobQueue;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.NewJob;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many jobs run at once or begin in some time, and what operators pause. */
class JobLimitsIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final JobKind<Item> OTHER = new JobKind<>("other", Item.class);
    private static final JobLimit TWO_HERE = JobLimit.perTenant("here").atOnce(2);

    private static ScratchDatabase scratch;
    private static int count;

    private final List<JobNode> nodes = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    private final Map<String, Integer> most = new ConcurrentHashMap<>();
    private Scope scope;
    private Scope others;

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
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_worker, insightdesk.job_queue, "
                + "insightdesk.job_paused_kind, insightdesk.job_rate");
        scope = scratch.scope(scratch.tenant("limits-" + ++count));
        others = scratch.scope(scratch.tenant("limits-" + ++count));
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

    private JobNode node() {
        JobNode node = new JobNode(
                scratch,
                scratch.anotherNode(),
                Clock.systemUTC(),
                JobNode.options().concurrency(8),
                (point, kind, id) -> {});
        nodes.add(node);
        return node;
    }

    private JobNode counting() {
        JobNode node = node();
        node.jobs.handlers().register(NUMBER, (context, item) -> run(String.valueOf(context.tenant())));
        node.jobs.handlers().register(OTHER, (context, item) -> run("other"));
        return node;
    }

    /** Takes long enough for others to run into it. */
    private void run(String key) throws InterruptedException {
        for (String each : List.of(key, "all")) {
            int now = running.computeIfAbsent(each, any -> new AtomicInteger()).incrementAndGet();
            most.merge(each, now, Math::max);
        }
        boolean unused = new CountDownLatch(1).await(3, TimeUnit.MILLISECONDS);
        for (String each : List.of(key, "all")) {
            requireNonNull(running.get(each)).decrementAndGet();
        }
        done.incrementAndGet();
    }

    private static List<NewJob> jobs(int number, JobLimit limit) {
        List<NewJob> jobs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            jobs.add(NewJob.builder(NUMBER, new Item(i)).limit(limit).build());
        }
        return jobs;
    }

    private static NewJob job(JobKind<Item> kind) {
        return NewJob.builder(kind, new Item(0)).build();
    }

    @Test
    void eachTenantHasItsLimitOnAllNodesTogether() {
        JobNode one = counting();
        JobNode two = counting();
        one.jobs.jobs(scope).enqueueAll(jobs(60, TWO_HERE));
        one.jobs.jobs(others).enqueueAll(jobs(60, TWO_HERE));

        one.jobs.workers().start();
        two.jobs.workers().start();
        await().until(() -> done.get() == 120);

        assertThat(most.get(scope.tenant().toString())).isEqualTo(2);
        assertThat(most.get(others.tenant().toString())).isEqualTo(2);
    }

    @Test
    void allTenantsShareALimitOfTheCluster() {
        JobNode one = counting();
        JobNode two = counting();
        JobLimit three = JobLimit.perCluster("everywhere").atOnce(3);
        one.jobs.jobs(scope).enqueueAll(jobs(50, three));
        one.jobs.jobs(others).enqueueAll(jobs(50, three));

        one.jobs.workers().start();
        two.jobs.workers().start();
        await().until(() -> done.get() == 100);

        assertThat(most.get("all")).isEqualTo(3);
    }

    @Test
    void jobsWithoutTheLimitOvertakeThoseThatWaitForIt() {
        JobNode node = node();
        CountDownLatch release = new CountDownLatch(1);
        node.jobs.handlers().register(NUMBER, (context, item) -> release.await());
        node.jobs.handlers().register(OTHER, (context, item) -> done.incrementAndGet());
        node.jobs.jobs(scope).enqueueAll(jobs(20, JobLimit.perTenant("slow").atOnce(1)));
        node.jobs.workers().start();

        node.jobs.jobs(scope).enqueue(job(OTHER));
        await().until(() -> done.get() == 1);

        release.countDown();
    }

    @Test
    void noMoreJobsBeginInAPeriodThanTheRateAllows() {
        JobNode node = counting();
        JobLimit rate = JobLimit.perTenant("provider").rate(5, Duration.ofHours(1));
        node.jobs.jobs(scope).enqueueAll(jobs(12, rate));
        node.jobs.jobs(others).enqueueAll(jobs(3, rate));

        assertThat(node.jobs.workers().runDue()).isEqualTo(8);
        assertThat(node.jobs.workers().runDue()).isZero();
    }

    @Test
    void aRateAllowsMoreWhenTimeHasPassed() {
        JobNode node = counting();
        node.jobs.jobs(scope).enqueueAll(jobs(30, JobLimit.perTenant("provider").rate(10, Duration.ofSeconds(1))));
        long began = System.nanoTime();

        node.jobs.workers().start();
        await().until(() -> done.get() == 30);

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("ten at once, and twenty more at ten a second")
                .isGreaterThan(Duration.ofMillis(1_500));
    }

    @Test
    void aQueueHasALimitOnAllNodesTogether() {
        JobNode one = counting();
        JobNode two = counting();
        JobQueue queue = one.jobs.operations(() -> {}).configureQueue("default", 1, 3);
        assertThat(queue).isEqualTo(new JobQueue("default", 1, 3, null));
        List<NewJob> jobs = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            jobs.add(job(NUMBER));
        }
        one.jobs.jobs(scope).enqueueAll(jobs);

        one.jobs.workers().start();
        two.jobs.workers().start();
        await().until(() -> done.get() == 90);

        assertThat(most.get("all")).isEqualTo(3);
    }

    @Test
    void aKindSharesItsLimit() {
        JobNode node = counting();
        JobKind<Item> limited = NUMBER.limit(JobLimit.perCluster("number").rate(1, Duration.ofHours(1)));
        node.jobs.jobs(scope).enqueue(job(limited));
        node.jobs.jobs().enqueue(job(limited));

        assertThat(node.jobs.workers().runDue()).isEqualTo(1);
    }

    @Test
    void aPausedQueueWaitsUntilItIsResumed() {
        JobNode node = counting();
        JobQueue paused = node.jobs.operations(() -> {}).pauseQueue("default");
        assertThat(paused.paused()).isTrue();
        JobId waiting = node.jobs.jobs(scope).enqueue(job(NUMBER));
        node.jobs
                .jobs(scope)
                .enqueue(NewJob.builder(NUMBER, new Item(1)).queue("another").build());

        assertThat(node.jobs.workers().runDue()).isEqualTo(1);
        assertThat(node.jobs.jobs(scope).find(waiting))
                .map(found -> found.status())
                .contains(JobStatus.READY);
        assertThat(node.jobs.operations(() -> {}).pauseQueue("default").pausedAt())
                .isEqualTo(paused.pausedAt());

        assertThat(node.jobs.operations(() -> {}).resumeQueue("default").paused())
                .isFalse();
        assertThat(node.jobs.workers().runDue()).isEqualTo(1);
        assertThat(node.jobs.operations(() -> {}).queues()).containsExactly(new JobQueue("default", 1, null, null));
    }

    @Test
    void resumingIsHeardOfByOtherNodes() {
        JobNode working = counting();
        JobNode operators = node();
        operators.jobs.operations(() -> {}).pauseQueue("default");
        operators.jobs.jobs(scope).enqueue(job(NUMBER));
        working.jobs.workers().start();
        await().until(working.jobs::listening);
        assertThat(done).hasValue(0);

        operators.jobs.operations(() -> {}).resumeQueue("default");

        await().until(() -> done.get() == 1);
    }

    @Test
    void aPausedKindIsPutAsideAndComesBack() {
        JobNode node = counting();
        List<NewJob> paused = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            paused.add(job(NUMBER));
        }
        List<JobId> ids = node.jobs.jobs(scope).enqueueAll(paused);
        node.jobs.jobs(scope).enqueue(job(OTHER));
        node.jobs.operations(() -> {}).pauseKind(NUMBER.name());
        assertThat(node.jobs.operations(() -> {}).pausedKinds()).containsExactly(NUMBER.name());

        assertThat(node.jobs.workers().runDue())
                .as("not held up by those that are paused")
                .isEqualTo(1);
        assertThat(node.jobs.jobs(scope).find(ids.get(0)))
                .map(found -> found.status())
                .contains(JobStatus.PAUSED);

        node.jobs.operations(() -> {}).resumeKind(NUMBER.name());
        node.jobs.workers().start();
        await().until(() -> done.get() == 2_501);
    }

    @Test
    void whatAJobIsDoneByIsFreeWhenItsNodeDies() throws SQLException {
        JobNode dying = node();
        JobNode other = counting();
        CountDownLatch never = new CountDownLatch(1);
        dying.jobs.handlers().register(NUMBER, (context, item) -> never.await());
        dying.jobs.jobs(scope).enqueueAll(jobs(2, JobLimit.perTenant("one").atOnce(1)));
        dying.jobs.workers().start();
        await().until(() -> dying.jobs
                .jobs(scope)
                .find(other.jobs.jobs(scope).enqueue(job(OTHER)))
                .isPresent());
        await().until(() -> running() == 1);

        execute("update insightdesk.job_worker set lease_until = clock_timestamp() - interval '1 second'");

        assertThat(other.jobs.workers().runDue()).isPositive();
        never.countDown();
        await().until(() -> running() == 0);
    }

    private static int running() {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from {schema}.job where state = 'running'")
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        JobNode node = node();

        assertThatThrownBy(() -> JobLimit.perTenant("x").atOnce(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> JobLimit.perTenant(" ")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> JobLimit.perTenant("x").rate(1, Duration.ZERO))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> node.jobs.operations(() -> {}).configureQueue("", 0, 0))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).hasSize(3));
        assertThatThrownBy(() -> node.jobs.operations(() -> {}).pauseKind(" "))
                .isInstanceOf(InvalidInputException.class);
    }
}
