package io.insightdesk.job.internal;

import java.time.Duration;
import java.util.UUID;

/** One unbroken lease of this node, under one identifier. Once over it is never used again. Thread-safe. */
final class WorkerSession {

    private final UUID id;
    private volatile long endNanos;
    private volatile boolean extended;
    private volatile boolean ended;

    /**
     * Begins.
     *
     * @param askedNanos {@link System#nanoTime} before the database was asked, so that the lease ends here before it does there
     */
    WorkerSession(UUID id, Duration lease, long askedNanos) {
        this.id = id;
        this.endNanos = askedNanos + lease.toNanos();
    }

    UUID id() {
        return id;
    }

    /**
     * It was renewed.
     *
     * @param longer whether for longer than usual, which only a node without jobs may
     */
    void renewed(long askedNanos, Duration lease, boolean longer) {
        endNanos = askedNanos + lease.toNanos();
        extended = longer;
    }

    /** Whether the lease is longer than that of a node that may have jobs. */
    boolean isExtended() {
        return extended;
    }

    /** The database says that the lease is over. */
    void end() {
        ended = true;
    }

    /** Whether others may have this node's jobs. */
    boolean isOver() {
        return ended || System.nanoTime() - endNanos > 0;
    }
}
