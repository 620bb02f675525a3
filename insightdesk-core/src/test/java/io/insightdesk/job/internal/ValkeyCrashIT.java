package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.TestValkey;
import io.insightdesk.testing.TestValkeyCluster;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A Valkey, or nodes of a cluster, that is killed, restarted, paused and emptied while nodes give each other jobs. */
class ValkeyCrashIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final int ROUNDS = 3;
    private static final int MOST = 10_000;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final long BETWEEN = TimeUnit.MILLISECONDS.toNanos(10);

    private final AtomicIntegerArray done = new AtomicIntegerArray(MOST);
    private final AtomicLongArray enqueued = new AtomicLongArray(MOST);
    private final AtomicLongArray begun = new AtomicLongArray(MOST);
    private int committed;

    record Item(int value) {}

    @Test
    void notOneJobIsLostOrLaterThanAPollWhateverTheValkeyDoes() {
        try (ScratchDatabase scratch = ScratchDatabase.create();
                TestValkey valkey = new TestValkey();
                JobNode first = node(scratch, valkey.uri());
                JobNode second = node(scratch, valkey.uri());
                JobNode feeder = node(scratch, valkey.uri())) {
            work(first);
            work(second);
            await().until(() -> first.jobs.listening() && second.jobs.listening());
            Scope scope = scratch.scope(scratch.tenant("valkey-crash"));
            System.out.println(valkey.program());
            for (int round = 1; round <= ROUNDS; round++) {
                feed(feeder, scope, "well", 500);
                valkey.kill();
                feed(feeder, scope, "killed", 1_500);
                valkey.restart();
                feed(feeder, scope, "restarted", 500);
                await().until(() -> first.jobs.listening() && second.jobs.listening());
                feed(feeder, scope, "heard again", 500);
                valkey.pause();
                feed(feeder, scope, "paused", 2_000);
                valkey.resume();
                feed(feeder, scope, "goes on", 500);
                String unused = valkey.ask(commands -> commands.flushall());
                feed(feeder, scope, "flushed", 500);
            }
            allIsDone(first, second);
        }
        everyJobWasDoneOnceAndInTime();
    }

    @Test
    void notOneJobIsLostOrLaterThanAPollWhateverTheNodesOfAClusterDo() {
        try (ScratchDatabase scratch = ScratchDatabase.create();
                TestValkeyCluster cluster = TestValkeyCluster.ofThree();
                JobNode first = node(scratch, cluster.uri());
                JobNode second = node(scratch, cluster.uri());
                JobNode feeder = node(scratch, cluster.uri())) {
            work(first);
            work(second);
            await().until(() -> first.jobs.listening() && second.jobs.listening());
            Scope scope = scratch.scope(scratch.tenant("valkey-cluster-crash"));
            for (int node = 0; node < cluster.size(); node++) {
                feed(feeder, scope, "well", 500);
                cluster.node(node).kill();
                feed(feeder, scope, "one killed", 2_000);
                cluster.node(node).restart();
                feed(feeder, scope, "restarted", 500);
                cluster.awaitWhole();
                cluster.node(node).pause();
                feed(feeder, scope, "one paused", 2_000);
                cluster.node(node).resume();
                feed(feeder, scope, "goes on", 500);
                cluster.awaitWhole();
            }
            for (int node = 0; node < cluster.size(); node++) {
                cluster.node(node).kill();
            }
            feed(feeder, scope, "all killed", 2_000);
            for (int node = 0; node < cluster.size(); node++) {
                cluster.node(node).restart();
            }
            feed(feeder, scope, "restarted", 500);
            allIsDone(first, second);
        }
        everyJobWasDoneOnceAndInTime();
    }

    private void allIsDone(JobNode first, JobNode second) {
        await().atMost(Duration.ofSeconds(20)).until(() -> sum() >= committed);
        await().during(POLL.plus(POLL)).until(() -> sum() == committed);
        await().until(() -> first.jobs.listening() && second.jobs.listening());
    }

    private void everyJobWasDoneOnceAndInTime() {
        long latest = 0;
        int wrong = 0;
        for (int i = 0; i < committed; i++) {
            latest = Math.max(latest, begun.get(i) - enqueued.get(i));
            wrong += done.get(i) == 1 ? 0 : 1;
        }
        System.out.printf(
                "committed %d, done %d, not exactly once %d, latest %d ms%n",
                committed, sum(), wrong, TimeUnit.NANOSECONDS.toMillis(latest));
        assertThat(wrong).isZero();
        assertThat(Duration.ofNanos(latest)).isLessThan(POLL.plus(SLACK));
    }

    private static JobNode node(ScratchDatabase scratch, String valkey) {
        return JobNode.wokenBy(valkey, scratch, WorkerOptions.builder().pollInterval(POLL));
    }

    private void work(JobNode node) {
        node.jobs.handlers().register(NUMBER, (context, item) -> {
            begun.compareAndSet(item.value(), 0, System.nanoTime());
            done.incrementAndGet(item.value());
        });
        node.jobs.workers().start();
    }

    private void feed(JobNode feeder, Scope scope, String phase, int millis) {
        int from = committed;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end && committed < MOST) {
            enqueued.set(committed, System.nanoTime());
            var unused = feeder.jobs
                    .jobs(scope)
                    .enqueue(NewJob.builder(NUMBER, new Item(committed)).build());
            committed++;
            LockSupport.parkNanos(BETWEEN);
        }
        int to = committed;
        await().atMost(POLL.plus(SLACK)).until(() -> allBegun(from, to));
        long sum = 0;
        long latest = 0;
        for (int i = from; i < to; i++) {
            long late = begun.get(i) - enqueued.get(i);
            sum += late;
            latest = Math.max(latest, late);
        }
        System.out.printf(
                "%-12s %4d jobs, begun after %6.1f ms on average, %4d ms at most%n",
                phase, to - from, sum / 1e6 / Math.max(to - from, 1), TimeUnit.NANOSECONDS.toMillis(latest));
    }

    private boolean allBegun(int from, int to) {
        for (int i = from; i < to; i++) {
            if (begun.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    private int sum() {
        int sum = 0;
        for (int i = 0; i < committed; i++) {
            sum += done.get(i);
        }
        return sum;
    }
}
