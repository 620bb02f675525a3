package io.insightdesk.job.internal;

import io.insightdesk.internal.Ids;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lease of a node's workers, and takes over what others had whose lease ended. In quiet times a node without jobs takes a
 * longer lease and renews it less often; before it claims any it takes a usual one again, so that what it has is soon done by
 * others when it dies. Thread-safe.
 */
final class WorkerLease {

    private static final Logger log = LoggerFactory.getLogger(WorkerLease.class);

    /** A third of a lease is the usual period, two thirds of an extended lease the extended one. */
    private static final int EXTENDED_PERIODS = EngineParts.EXTENDED_LEASES * 2;

    private final EngineParts parts;
    private final QuietTimes times;
    private final Runnable wake;
    private final Runnable lost;
    private volatile @Nullable WorkerSession session;
    private long uses;
    private boolean inUse;

    /**
     * Makes a lease that is not taken yet.
     *
     * @param wake run when there may be something to claim
     * @param lost run when the lease ended, before another is taken: what was claimed under it, others may have
     */
    WorkerLease(EngineParts parts, QuietTimes times, Runnable wake, Runnable lost) {
        this.parts = parts;
        this.times = times;
        this.wake = wake;
        this.lost = lost;
    }

    /** The session under which jobs are claimed; null before the first. */
    @Nullable WorkerSession session() {
        return session;
    }

    Duration pause() {
        Duration usual = parts.options().lease().dividedBy(3);
        WorkerSession current = session;
        return current != null && current.isExtended() ? usual.multipliedBy(EXTENDED_PERIODS) : usual;
    }

    /** One turn; to be called again after {@link #pause}. */
    void keep() {
        parts.runner().cancelOverdue();
        WorkerSession current = session;
        if (current == null) {
            begin();
            rescue();
            return;
        }
        long usesBefore = uses();
        List<JobStore.Running> running = current.isExtended() ? List.of() : parts.running(current);
        if (!renew(current, running.isEmpty(), usesBefore)) {
            log.warn("The lease of this node's workers ended before it could be renewed; what they had, others do now. "
                    + "They go on with a new lease");
            parts.runner().cancelOverdue();
            lost.run();
            begin();
        } else if (parts.giveBackForgotten(current, running) > 0) {
            wake.run();
        }
        if (!running.isEmpty() && parts.wire().sparesDatabase()) {
            parts.announcements().busy();
        }
        rescue();
    }

    private void rescue() {
        if (parts.rescue() > 0) {
            wake.run();
        }
    }

    private void begin() {
        session = parts.register(Ids.next(), "");
        wake.run();
    }

    private synchronized long uses() {
        return uses;
    }

    /** For longer, if nothing was claimed that is not done, nor may have been since that was asked. */
    private synchronized boolean renew(WorkerSession current, boolean noneRunning, long usesBefore) {
        boolean unused =
                !inUse && uses == usesBefore && noneRunning && parts.held().isEmpty();
        return (unused && times.quiet()) ? parts.extend(current) : parts.renew(current);
    }

    /** Before jobs are claimed: false when the lease is over. It stays a usual one at least until {@link #used}. */
    synchronized boolean use(WorkerSession current) {
        uses++;
        inUse = true;
        return !current.isExtended() || parts.renew(current);
    }

    /** What was claimed is held by now, if any was. */
    synchronized void used() {
        inUse = false;
    }
}
