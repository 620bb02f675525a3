package io.insightdesk.job.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of this node between claim and end: some wait, at most so many run. Waiting ones are few enough to be begun soon, as
 * far as the jobs before them tell. Thread-safe.
 */
final class Pipeline {

    /** Never more wait. */
    static final int MOST_WAITING = 1_000;

    /** What waits is what the workers are expected to begin within this time. */
    static final Duration AHEAD = Duration.ofMillis(50);

    /** Where no waiting job was begun for this time, the waiting ones are better off elsewhere. */
    static final Duration STALLED = Duration.ofMillis(200);

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration TURN = Duration.ofMillis(100);

    private final int concurrency;
    private final Executor executor;
    private final Consumer<RunningJob> work;
    private final Runnable needsMore;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<RunningJob> waiting = new ArrayDeque<>();
    private int threads;
    private int running;
    private int refillAt;
    private boolean asked;
    private double averageNanos;
    private long begunNanos = System.nanoTime();

    /**
     * Makes a pipeline.
     *
     * @param work does one job; never throws
     * @param needsMore run when few jobs wait, and nobody has asked for {@link #room} since
     */
    Pipeline(int concurrency, Executor executor, Consumer<RunningJob> work, Runnable needsMore) {
        this.concurrency = concurrency;
        this.executor = executor;
        this.work = work;
        this.needsMore = needsMore;
    }

    /** How many more jobs should be claimed now. */
    int room() {
        lock.lock();
        try {
            asked = false;
            int capacity = concurrency + ahead();
            int room = capacity - running - waiting.size();
            // Claims are worth their price when they bring many.
            return waiting.isEmpty() || room * 2 >= capacity ? Math.max(room, 0) : 0;
        } finally {
            lock.unlock();
        }
    }

    private int ahead() {
        return averageNanos == 0 ? 0 : (int) Math.min(MOST_WAITING, concurrency * (AHEAD.toNanos() / averageNanos));
    }

    /**
     * Has jobs done.
     *
     * @throws RejectedExecutionException when the executor takes no work; the jobs wait all the same
     */
    void add(Collection<RunningJob> jobs) {
        int more;
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                begunNanos = System.nanoTime();
            }
            waiting.addAll(jobs);
            refillAt = waiting.size() / 2;
            asked = false;
            more = Math.min(concurrency - threads, waiting.size());
            threads += more;
        } finally {
            lock.unlock();
        }
        for (int started = 0; started < more; started++) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                left(more - started);
                throw e;
            }
        }
    }

    private void left(int gone) {
        lock.lock();
        try {
            threads -= gone;
            if (threads == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        long until = System.nanoTime() + TURN.toNanos();
        RunningJob job = next(-1);
        while (job != null) {
            long began = System.nanoTime();
            work.accept(job);
            long ended = System.nanoTime();
            if (ended <= until) {
                job = next(ended - began);
                continue;
            }
            // Others may wait for the host's executor.
            ended(ended - began);
            if (resubmitted()) {
                return;
            }
            until = ended + TURN.toNanos();
            job = next(-1);
        }
    }

    private boolean resubmitted() {
        try {
            executor.execute(this::drain);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("The executor takes no more work; this thread goes on", e);
            return false;
        }
    }

    private void ended(long tookNanos) {
        lock.lock();
        try {
            note(tookNanos);
        } finally {
            lock.unlock();
        }
    }

    /** A worker is through with a job. */
    private void note(long tookNanos) {
        running--;
        averageNanos = averageNanos == 0 ? tookNanos : averageNanos + (tookNanos - averageNanos) / 8;
    }

    private @Nullable RunningJob next(long tookNanos) {
        RunningJob job;
        boolean ask;
        lock.lock();
        try {
            if (tookNanos >= 0) {
                note(tookNanos);
            }
            job = waiting.pollFirst();
            if (job == null) {
                threads--;
                if (threads == 0) {
                    idle.signalAll();
                }
            } else {
                running++;
                begunNanos = System.nanoTime();
            }
            ask = !asked && waiting.size() <= refillAt;
            asked |= ask;
        } finally {
            lock.unlock();
        }
        if (ask) {
            needsMore.run();
        }
        return job;
    }

    boolean hasWaiting() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The waiting jobs, when the workers have been busy with others for too long. */
    List<RunningJob> takeStalled() {
        lock.lock();
        try {
            if (waiting.isEmpty() || System.nanoTime() - begunNanos < STALLED.toNanos()) {
                return List.of();
            }
            // Nothing is claimed ahead until jobs have turned out to be quick again, or what was handed back would be
            // taken back.
            averageNanos = Math.max(averageNanos, 2.0 * AHEAD.toNanos() * concurrency);
            return takeWaiting();
        } finally {
            lock.unlock();
        }
    }

    /** The waiting jobs, which will not be begun here. */
    List<RunningJob> takeWaiting() {
        lock.lock();
        try {
            List<RunningJob> taken = new ArrayList<>(waiting);
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no thread works on anything. */
    boolean isIdle() {
        return awaitIdle(Duration.ZERO);
    }

    boolean awaitIdle(Duration time) {
        long left = time.toNanos();
        lock.lock();
        try {
            while (threads > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return threads == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
