package io.insightdesk.benchmarks;

import io.insightdesk.benchmarks.JobEngineUnderTest.Node;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Each measures one thing once, on a database without jobs. */
final class JobMeasures {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int SINGLE_THREADS = 8;
    private static final int BATCH_THREADS = 4;
    private static final int BATCH = 1_000;
    private static final int FEEDERS = 2;
    private static final int FED_BATCH = 100;
    private static final int SENDERS = 4;
    private static final int LOADS_PER_SECOND = 50;

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
        return executed(database, jobs, 1);
    }

    /** The same by several nodes, each with connections of its own, which begin one after the other. */
    static double executed(JobDatabase database, int jobs, int nodes) throws Exception {
        database.clear();
        Executions executions = new Executions(jobs);
        Deque<Node> all = new ArrayDeque<>();
        try {
            for (int i = 0; i < nodes; i++) {
                all.push(database.node(JobDatabase.CONNECTIONS, executions));
            }
            double unused = fill(all.getFirst(), jobs, BATCH_THREADS, BATCH, 0);
            database.gatherStatistics();
            database.settle();
            for (Node node : all) {
                node.start();
            }
            executions.awaitAll(LIMIT);
            database.awaitNoneLeft(LIMIT);
            return jobs / ((System.nanoTime() - executions.firstNanos()) / 1e9);
        } finally {
            all.forEach(Node::close);
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
     * @param load how many other jobs that node enqueues in a second meanwhile, in batches; 0 for none
     */
    static List<Double> pickup(JobDatabase database, boolean otherNode, int load, int jobs, Duration time)
            throws Exception {
        database.clear();
        Executions measured = new Executions(jobs + 1);
        IntConsumer executions = number -> {
            if (number <= jobs) {
                measured.accept(number);
            }
        };
        long[] begun = new long[jobs + 1];
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(SENDERS);
        List<ScheduledFuture<?>> loads = new ArrayList<>();
        try (Node worker = database.node(JobDatabase.CONNECTIONS, executions);
                Node other = database.node(SENDERS, number -> {})) {
            Node sender = otherNode ? other : worker;
            worker.start();
            sender.enqueue(0);
            measured.awaitFirst(LIMIT);
            if (load > 0) {
                AtomicInteger next = new AtomicInteger(jobs + 1);
                int batch = Math.max(load / LOADS_PER_SECOND, 1);
                loads.add(clock.scheduleAtFixedRate(
                        () -> enqueueLoad(sender, next.getAndAdd(batch), batch),
                        0,
                        TimeUnit.SECONDS.toMicros(1) / LOADS_PER_SECOND,
                        TimeUnit.MICROSECONDS));
            }
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
            measured.awaitAll(LIMIT);
            for (ScheduledFuture<?> one : loads) {
                if (!one.cancel(false)) {
                    one.get();
                }
            }
        } finally {
            clock.shutdownNow();
        }
        List<Double> millis = new ArrayList<>();
        for (int number = 1; number <= jobs; number++) {
            millis.add((measured.nanos(number) - begun[number]) / 1e6);
        }
        return millis;
    }

    private static void enqueueLoad(Node sender, int first, int count) {
        try {
            sender.enqueueAll(first, count);
        } catch (Exception e) {
            throw new IllegalStateException("the load could not be enqueued", e);
        }
    }
}
