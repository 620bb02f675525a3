package io.insightdesk.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/** Which jobs ran, when, and how often. Thread-safe. */
final class Executions implements IntConsumer {
    private final AtomicIntegerArray times;
    private final AtomicLongArray nanos;
    private final AtomicLong firstNanos = new AtomicLong();
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch all;

    /** Of jobs with the numbers from 0 on. */
    Executions(int jobs) {
        times = new AtomicIntegerArray(jobs);
        nanos = new AtomicLongArray(jobs);
        all = new CountDownLatch(jobs);
    }

    @Override
    public void accept(int number) {
        long now = System.nanoTime();
        if (times.getAndIncrement(number) == 0) {
            nanos.set(number, now);
            if (first.getCount() > 0 && firstNanos.compareAndSet(0, now)) {
                first.countDown();
            }
            all.countDown();
        }
    }

    /** Waits until some job has begun. */
    void awaitFirst(Duration limit) throws InterruptedException {
        await(first, limit, "no job began");
    }

    /** Waits until every job has begun. */
    void awaitAll(Duration limit) throws InterruptedException {
        await(all, limit, "jobs were lost or late");
    }

    private void await(CountDownLatch latch, Duration limit, String problem) throws InterruptedException {
        if (!latch.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("After " + limit + " " + problem + ": " + all.getCount() + " of "
                    + times.length() + " are missing");
        }
    }

    /** When the first job of all began, in {@link System#nanoTime()}. */
    long firstNanos() {
        return firstNanos.get();
    }

    /** When a job first began, in {@link System#nanoTime()}. */
    long nanos(int number) {
        return nanos.get(number);
    }

    /** How often a job ran. */
    int times(int number) {
        return times.get(number);
    }
}
