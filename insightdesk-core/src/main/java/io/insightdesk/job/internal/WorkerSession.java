package io.insightdesk.job.internal;

import java.time.Duration;
import java.util.UUID;

/** One unbroken lease of this node, under one identifier. Once over it is never used again. Thread-safe. */
final class WorkerSession {

    private final UUID id;
    private final long leaseNanos;
    private volatile long renewedNanos;
    private volatile boolean ended;

    /**
     * Begins.
     *
     * @param askedNanos {@link System#nanoTime} before the database was asked, so that the lease ends here before it does there
     */
    WorkerSession(UUID id, Duration lease, long askedNanos) {
        this.id = id;
        this.leaseNanos = lease.toNanos();
        this.renewedNanos = askedNanos;
    }

    UUID id() {
        return id;
    }

    void renewed(long askedNanos) {
        renewedNanos = askedNanos;
    }

    /** The database says that the lease is over. */
    void end() {
        ended = true;
    }

    /** Whether others may have this node's jobs. */
    boolean isOver() {
        return ended || System.nanoTime() - renewedNanos > leaseNanos;
    }
}
