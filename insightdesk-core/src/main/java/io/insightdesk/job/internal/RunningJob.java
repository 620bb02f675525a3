package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A job while a thread of this node works on it. Thread-safe. */
final class RunningJob implements JobContext {

    private final ClaimedJob claimed;
    private final WorkerSession session;
    private final JobStore store;
    private final Clock clock;
    private final Runnable beforeCompletion;
    private volatile boolean stopping;
    private volatile boolean cancelled;
    private volatile boolean completed;
    private volatile @Nullable Instant again;
    private volatile boolean ended;
    private @Nullable Thread thread;
    private long beganNanos;
    private Duration timeout = Duration.ZERO;
    private volatile Instant deadline = Instant.MAX;

    RunningJob(ClaimedJob claimed, WorkerSession session, JobStore store, Clock clock, Runnable beforeCompletion) {
        this.claimed = claimed;
        this.session = session;
        this.store = store;
        this.clock = clock;
        this.beforeCompletion = beforeCompletion;
    }

    ClaimedJob claimed() {
        return claimed;
    }

    WorkerSession session() {
        return session;
    }

    @Override
    public JobId jobId() {
        return claimed.id();
    }

    @Override
    public @Nullable TenantId tenantId() {
        return claimed.tenant();
    }

    @Override
    public int attempt() {
        return claimed.attempt();
    }

    @Override
    public int maxAttempts() {
        return claimed.maxAttempts();
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    /** This thread begins; from now on it may be interrupted. */
    synchronized void begin(Duration time) {
        thread = Thread.currentThread();
        timeout = time;
        beganNanos = System.nanoTime();
        deadline = clock.instant().plus(time);
        if (cancelled) {
            thread.interrupt();
        }
    }

    /** This thread has ended; an interruption that was meant for the handler does not reach what comes after it. */
    synchronized void end() {
        thread = null;
        ended = true;
        boolean unused = cancelled && Thread.interrupted();
    }

    synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** The workers stop; the attempt does not count. */
    void cancelToStop() {
        stopping = true;
        cancel();
    }

    boolean stopping() {
        return stopping;
    }

    synchronized boolean isOverdue() {
        return thread != null && System.nanoTime() - beganNanos > timeout.toNanos();
    }

    /** Ends the job in a transaction of its tenant, together with what the handler writes there. */
    void complete(Tx tx) {
        if (ended) {
            throw new IllegalStateException(
                    "the handler of job " + claimed.id() + " has returned; it cannot end it now");
        }
        beforeCompletion.run();
        if (!store.complete(tx, claimed, clock.instant().truncatedTo(ChronoUnit.MICROS))) {
            throw new IllegalStateException(
                    "job " + claimed.id() + " is no longer this worker's: its lease ended before the work did");
        }
        tx.afterCommit(() -> completed = true);
    }

    boolean completed() {
        return completed;
    }

    /** Instead of ending it, makes the job due again, as if it were new. */
    void again(Instant runAt) {
        again = runAt;
    }

    @Nullable Instant runAgainAt() {
        return again;
    }
}
