package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job while a thread of this node works on it. Thread-safe. */
final class RunningJob implements JobContext {

    private static final Logger log = LoggerFactory.getLogger(RunningJob.class);
    private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(1);
    private static final int MAX_NOTE_CHARACTERS = 200;

    private final ClaimedJob claimed;
    private final WorkerSession session;
    private final Database database;
    private final JobStore store;
    private final Clock clock;
    private final Runnable beforeCompletion;
    private volatile boolean stopping;
    private volatile boolean cancelAsked;
    private volatile boolean completing;
    private volatile @Nullable Duration snooze;
    private @Nullable Long progressNanos;
    private volatile boolean cancelled;
    private volatile boolean completed;
    private volatile @Nullable Instant again;
    private volatile boolean ended;
    private @Nullable Thread thread;
    private long beganNanos;
    private Duration timeout = Duration.ZERO;
    private volatile Instant deadline = Instant.MAX;

    RunningJob(
            ClaimedJob claimed,
            WorkerSession session,
            Database database,
            JobStore store,
            Clock clock,
            Runnable beforeCompletion) {
        this.claimed = claimed;
        this.session = session;
        this.database = database;
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
    public JobId job() {
        return claimed.id();
    }

    @Override
    public @Nullable TenantId tenant() {
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

    /** Somebody cancelled the job; there is no other attempt. */
    void cancelForGood() {
        cancelAsked = true;
        cancel();
    }

    boolean cancelAsked() {
        return cancelAsked;
    }

    @Override
    public void snooze(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("A job cannot be snoozed for " + time + ".");
        }
        snooze = time;
    }

    /** How long the job is to wait before it is begun anew; null where it is not to be. */
    @Nullable Duration snoozed() {
        return snooze;
    }

    @Override
    public void progress(int percent, @Nullable String note) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("Progress is from 0 to 100 percent, not " + percent + ".");
        }
        if (progressIsDue()) {
            String kept = note == null ? null : shortened(note.replace('\0', ' '));
            try {
                boolean unused = database.system(tx -> store.progress(tx, claimed, percent, kept));
            } catch (RuntimeException e) {
                log.warn("How far job {} is could not be written down; it goes on", claimed.id(), e);
            }
        }
    }

    private static String shortened(String note) {
        return note.length() <= MAX_NOTE_CHARACTERS ? note : note.substring(0, MAX_NOTE_CHARACTERS - 1) + "…";
    }

    private synchronized boolean progressIsDue() {
        long now = System.nanoTime();
        if (ended || (progressNanos != null && now - progressNanos < BETWEEN_PROGRESS.toNanos())) {
            return false;
        }
        progressNanos = now;
        return true;
    }

    @Override
    public void completeWithin(Connection connection) {
        TenantId tenant = claimed.tenant();
        completing = database.on(connection, Database.NO_HOOKS)
                .run(tenant == null ? Lane.NOBODY : tenant.value(), tx -> {
                    complete(tx);
                    return true;
                });
    }

    /** Whether a transaction that the handler commits is to end the job. */
    boolean completing() {
        return completing;
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
