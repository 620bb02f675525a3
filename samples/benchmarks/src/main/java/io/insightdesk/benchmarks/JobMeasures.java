package io.insightdesk.benchmarks;

import io.insightdesk.benchmarks.JobEngineUnderTest.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Each measures one thing once, on a database without jobs. */
final class JobMeasures {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int SINGLE_THREADS = 8;
    private static final int BATCH_THREADS = 4;
    private static final int BATCH = 1_000;
    private static final int FEEDERS = 2;
    private static final int FED_BATCH = 100;
    private static final int SENDERS = 4;

    private JobMeasures() {}

    /** Jobs enqueued per second, each in a transaction of its own. */
    static double enqueueSingle(JobDatabase database, int jobs) throws Exception {
        int each = jobs / SINGLE_THREADS;
        database.clear();
        try (Node node = database.node(JobDatabase.CONNECTIONS, number -> {})) {
            double seconds = ParallelWork.seconds(SINGLE_THREADS, thread -> {
                for (int i = 0; i < each; i++) {
                    node.enqueue(thread * each + i);
                }
            });
            return each * SINGLE_THREADS / seconds;
        }
    }

    /** Jobs enqueued per second in batches. */
    static double enqueueBatches(JobDatabase database, int jobs) throws Exception {
        database.clear();
        try (Node node = database.node(JobDatabase.CONNECTIONS, number -> {})) {
            return jobs / fill(node, jobs, BATCH_THREADS, BATCH, 0);
        }
    }

    private static double fill(Node node, int jobs, int threads, int batch, int firstNumber) throws Exception {
        int batches = jobs / batch;
        return ParallelWork.seconds(threads, thread -> {
            for (int i = thread; i < batches; i += threads) {
                node.enqueueAll(firstNumber + i * batch, batch);
            }
        });
    }

    /** Jobs per second from the moment the first begins until the last is written down as done; all wait before. */
    static double executed(JobDatabase database, int jobs) throws Exception {
        database.clear();
        Executions executions = new Executions(jobs);
        try (Node node = database.node(JobDatabase.CONNECTIONS, executions)) {
            double unused = fill(node, jobs, BATCH_THREADS, BATCH, 0);
            database.gatherStatistics();
            database.settle();
            node.start();
            executions.awaitAll(LIMIT);
            database.awaitNoneLeft(LIMIT);
            return jobs / ((System.nanoTime() - executions.firstNanos()) / 1e9);
        }
    }

    /** Jobs per second from the first to be enqueued until the last is written down as done, on a node that is at work. */
    static double fed(JobDatabase database, int jobs) throws Exception {
        database.clear();
        Executions executions = new Executions(FED_BATCH + jobs);
        try (Node node = database.node(JobDatabase.CONNECTIONS, executions)) {
            node.start();
            node.enqueueAll(0, FED_BATCH);
            executions.awaitFirst(LIMIT);
            long begin = System.nanoTime();
            double unused = fill(node, jobs, FEEDERS, FED_BATCH, FED_BATCH);
            executions.awaitAll(LIMIT);
            database.awaitNoneLeft(LIMIT);
            return jobs / ((System.nanoTime() - begin) / 1e9);
        }
    }

    /**
     * The milliseconds from the call that enqueues a job, its commit included, until the job begins, of single jobs at random
     * moments of a time.
     *
     * @param otherNode whether another node enqueues than the one that works
     */
    static List<Double> pickup(JobDatabase database, boolean otherNode, int jobs, Duration time) throws Exception {
        database.clear();
        Executions executions = new Executions(jobs + 1);
        long[] begun = new long[jobs + 1];
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(SENDERS);
        try (Node worker = database.node(JobDatabase.CONNECTIONS, executions);
                Node other = database.node(SENDERS, number -> {})) {
            Node sender = otherNode ? other : worker;
            worker.start();
            sender.enqueue(0);
            executions.awaitFirst(LIMIT);
            Random random = new Random(jobs);
            List<ScheduledFuture<?>> sent = new ArrayList<>();
            for (int i = 1; i <= jobs; i++) {
                int number = i;
                sent.add(clock.schedule(
                        () -> {
                            begun[number] = System.nanoTime();
                            sender.enqueue(number);
                            return null;
                        },
                        (long) (random.nextDouble() * time.toNanos()),
                        TimeUnit.NANOSECONDS));
            }
            for (ScheduledFuture<?> one : sent) {
                one.get();
            }
            executions.awaitAll(LIMIT);
        } finally {
            clock.shutdownNow();
        }
        List<Double> millis = new ArrayList<>();
        for (int number = 1; number <= jobs; number++) {
            millis.add((executions.nanos(number) - begun[number]) / 1e6);
        }
        return millis;
    }
}
