package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PipelineTest {

    /** Nobody asks it for a connection. */
    private static final Database NO_DATABASE =
            new Database(new PGSimpleDataSource(), "insightdesk", null, new SimpleMeterRegistry());

    private final ExecutorService threads = Executors.newCachedThreadPool(WorkerThreads.daemons());
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static List<RunningJob> jobs(int number) {
        WorkerSession session = new WorkerSession(new UUID(1, 1), Duration.ofMinutes(1), System.nanoTime());
        List<RunningJob> jobs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            ClaimedJob claimed = new ClaimedJob(
                    new JobId(UUID.randomUUID()),
                    null,
                    "default",
                    "kind",
                    "{}",
                    1,
                    1,
                    1,
                    session.id(),
                    Instant.EPOCH,
                    "",
                    false,
                    false,
                    null);
            jobs.add(new RunningJob(claimed, session, NO_DATABASE, new JobStore(), Clock.systemUTC(), () -> {}));
        }
        return jobs;
    }

    @Test
    void atFirstOnlyWhatCanBeginAtOnceIsClaimed() {
        Pipeline pipeline = new Pipeline(4, threads, job -> {}, asked::incrementAndGet);

        assertThat(pipeline.room()).isEqualTo(4);
    }

    @Test
    void quickJobsAreClaimedAheadUpToALimit() {
        AtomicInteger done = new AtomicInteger();
        Pipeline pipeline = new Pipeline(4, threads, job -> done.incrementAndGet(), asked::incrementAndGet);
        pipeline.add(jobs(500));

        await().until(() -> done.get() == 500 && pipeline.isIdle());

        assertThat(pipeline.room()).isBetween(5, 4 + Pipeline.MOST_WAITING);
        assertThat(asked).hasPositiveValue();
    }

    @Test
    void noMoreRunAtOnceThanAllowed() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        AtomicInteger done = new AtomicInteger();
        Pipeline pipeline = new Pipeline(
                3,
                threads,
                job -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    three.countDown();
                    awaitQuietly(three);
                    running.decrementAndGet();
                    done.incrementAndGet();
                },
                asked::incrementAndGet);
        pipeline.add(jobs(50));
        pipeline.add(jobs(50));

        assertThat(pipeline.awaitIdle(Duration.ofSeconds(20))).isTrue();
        assertThat(done).hasValue(100);
        assertThat(most).hasValue(3);
    }

    @Test
    void whatWaitsBehindSlowJobsIsTakenBackAndNothingClaimedAhead() {
        CountDownLatch end = new CountDownLatch(1);
        Pipeline pipeline = new Pipeline(2, threads, job -> awaitQuietly(end), asked::incrementAndGet);
        List<RunningJob> jobs = jobs(10);
        pipeline.add(jobs);

        List<RunningJob> back = new ArrayList<>();
        await().atMost(Duration.ofSeconds(10)).until(() -> back.addAll(pipeline.takeStalled()));

        assertThat(back).containsExactlyElementsOf(jobs.subList(2, 10));
        assertThat(pipeline.room()).isZero();
        assertThat(pipeline.awaitIdle(Duration.ZERO)).isFalse();
        end.countDown();
        assertThat(pipeline.awaitIdle(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void jobsThatNoThreadTakesStayToBeTakenBack() {
        Pipeline pipeline = new Pipeline(
                2,
                work -> {
                    throw new RejectedExecutionException("full");
                },
                job -> {},
                asked::incrementAndGet);
        List<RunningJob> jobs = jobs(3);

        assertThatThrownBy(() -> pipeline.add(jobs)).isInstanceOf(RejectedExecutionException.class);

        assertThat(pipeline.isIdle()).isTrue();
        assertThat(pipeline.takeWaiting()).isEqualTo(jobs);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
