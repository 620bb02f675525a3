package io.insightdesk.job.internal;

import io.insightdesk.job.WorkerLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a thread of its own, whatever exceptions come; after one, soon. Thread-safe. */
final class Loop {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final String name;
    private final Supplier<Duration> pause;
    private final Runnable turn;
    private final Clock clock;
    private final Counter failures;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private volatile boolean stopped;
    private volatile @Nullable Instant lastSuccess;
    private final AtomicLong failuresInARow = new AtomicLong();

    Loop(
            String name,
            Supplier<Duration> pause,
            Runnable turn,
            Clock clock,
            MeterRegistry meters,
            ThreadFactory threads) {
        this.name = name;
        this.pause = pause;
        this.turn = turn;
        this.clock = clock;
        this.failures = Counter.builder("insightdesk.worker.loop.failures")
                .description("Failed turns of the workers' loops")
                .tag("loop", name)
                .register(meters);
        this.thread = threads.newThread(this::run);
    }

    Loop start() {
        thread.setName(name);
        thread.start();
        return this;
    }

    /** The next turn comes at once, also when one is under way. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the turn under way end, and no other begin. */
    void stop() {
        stopped = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive() && !Thread.currentThread().equals(thread)) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    WorkerLoop status() {
        return new WorkerLoop(name, lastSuccess, failuresInARow.get());
    }

    private void run() {
        while (!stopped) {
            try {
                turn.run();
                lastSuccess = clock.instant();
                failuresInARow.set(0);
            } catch (RuntimeException e) {
                failures.increment();
                log.warn("{} failed {} times in a row and goes on", name, failuresInARow.incrementAndGet(), e);
            }
            await();
        }
    }

    private void await() {
        long nanos = pause.get().toNanos();
        long failed = failuresInARow.get();
        if (failed > 0) {
            // A lease that could not be renewed is tried again long before it ends, whatever the period.
            nanos = Math.min(Math.max(nanos, Duration.ofMillis(1).toNanos()), FIRST_PAUSE.toNanos());
            for (; failed > 0 && nanos < LONGEST_PAUSE.toNanos(); failed--) {
                nanos *= 2;
            }
        }
        // Nodes that began together do not ask together for ever.
        long left = (long) (nanos * ThreadLocalRandom.current().nextDouble(0.8, 1.0));
        lock.lock();
        try {
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            // Only stop() ends a loop; who interrupts it makes its turn come sooner.
            log.debug("{} was interrupted", name, e);
        } finally {
            lock.unlock();
        }
    }
}
