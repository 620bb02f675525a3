package io.insightdesk.job.internal;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Whether a node may leave the database alone: it would be told of jobs without any of the database's work, and has neither heard
 * of one nor had one for a while. Thread-safe.
 */
final class QuietTimes {

    private final Duration after;
    private final BooleanSupplier told;
    private volatile long stirredNanos = System.nanoTime();

    /**
     * Begins with a noise.
     *
     * @param after how long after the last job, or the last that was heard of others, it becomes quiet: longer than others' leases,
     *     so that a node that dies with jobs is noticed in time
     * @param told whether this node is told of jobs, at no cost for the database
     */
    QuietTimes(Duration after, BooleanSupplier told) {
        this.after = after;
        this.told = told;
    }

    /** Something happened; answers whether it was quiet before. */
    boolean stir() {
        boolean before = quiet();
        stirredNanos = System.nanoTime();
        return before;
    }

    boolean quiet() {
        return System.nanoTime() - stirredNanos > after.toNanos() && told.getAsBoolean();
    }
}
