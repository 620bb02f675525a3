package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.micrometer.observation.Observation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Makes one attempt at a job and sees to it that its end is written down. Thread-safe. */
final class JobRunner {

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
    private static final int MAX_ERROR_CHARACTERS = 4_000;

    private final Database database;
    private final JobStore store;
    private final HandlerRegistry handlers;
    private final Tenants tenants;
    private final Clock clock;
    private final JobTimes times;
    private final HeldJobs held;
    private final Announcements announcements;
    private final JobObservations observations;
    private final JobFeature.Probe probe;
    private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();

    /** Where a job goes that is done and has nothing else to write. */
    @FunctionalInterface
    interface Ending {
        void done(ClaimedJob job, long nanos);
    }

    JobRunner(
            Database database,
            JobStore store,
            HandlerRegistry handlers,
            Tenants tenants,
            Clock clock,
            JobTimes times,
            HeldJobs held,
            Announcements announcements,
            JobObservations observations,
            JobFeature.Probe probe) {
        this.database = database;
        this.store = store;
        this.handlers = handlers;
        this.tenants = tenants;
        this.clock = clock;
        this.times = times;
        this.held = held;
        this.announcements = announcements;
        this.observations = observations;
        this.probe = probe;
    }

    RunningJob begin(ClaimedJob claimed, WorkerSession session) {
        held.hold(claimed);
        return new RunningJob(
                claimed,
                session,
                database,
                store,
                clock,
                () -> probe.at(JobFeature.Probe.BEFORE_COMPLETION, claimed.kind(), claimed.id()));
    }

    /** What threads of this node work on at this moment. */
    Set<RunningJob> running() {
        return running;
    }

    /** Cancels what somebody wants to be cancelled, if this node works on it. */
    void cancel(JobId id) {
        for (RunningJob job : running) {
            if (job.claimed().id().equals(id)) {
                job.cancelForGood();
            }
        }
    }

    /** Cancels what takes too long, and what another worker may have by now. */
    void cancelOverdue() {
        for (RunningJob job : running) {
            if (job.isOverdue() || job.session().isOver()) {
                job.cancel();
            }
        }
    }

    /** Never throws; what cannot be written down is found by {@link HeldJobs}, or when the lease ends. */
    void run(RunningJob job, Ending ending) {
        ClaimedJob claimed = job.claimed();
        long began = System.nanoTime();
        running.add(job);
        try {
            MDC.put("job", claimed.id().toString());
            TenantId tenant = claimed.tenant();
            if (tenant != null) {
                MDC.put("tenant", tenant.toString());
            }
            Outcome outcome = job.session().isOver() ? lost(claimed) : attempt(job, began, ending);
            if (outcome != null) {
                held.release(claimed);
                times.record(claimed.kind(), outcome, System.nanoTime() - began);
            }
        } catch (RuntimeException e) {
            held.release(claimed);
            log.error(
                    "How job {} of kind {} ended could not be written down; it will be done again soon",
                    claimed.id(),
                    claimed.kind(),
                    e);
        } finally {
            running.remove(job);
            MDC.remove("job");
            MDC.remove("tenant");
        }
    }

    /** Answers how it ended; null when that is known only after it is written. */
    private @Nullable Outcome attempt(RunningJob job, long began, Ending ending) {
        ClaimedJob claimed = job.claimed();
        probe.at(JobFeature.Probe.AFTER_CLAIM, claimed.kind(), claimed.id());
        if (claimed.cancelAsked()) {
            return cancelled(claimed);
        }
        if (isSuspended(claimed)) {
            return waits(claimed);
        }
        HandlerRegistry.Registered<?> registered = handlers.find(claimed.kind());
        RetryPolicy policy = registered == null ? RetryPolicy.DEFAULT : registered.policy();
        Throwable failure = registered == null
                ? new IllegalStateException("there is no handler for " + claimed.kind())
                : handle(job, registered);
        if (failure == null) {
            return succeeded(job, began, ending, policy);
        }
        if (endedByHandler(job)) {
            // It is done, and cannot be made undone; somebody should know of the rest.
            log.warn("Job {} of kind {} failed after its end", claimed.id(), claimed.kind(), failure);
            return Outcome.DONE;
        }
        return failed(job, failure, policy);
    }

    // An Error of one handler must neither end the worker nor leave its job without a trace.
    private @Nullable Throwable handle(RunningJob job, HandlerRegistry.Registered<?> registered) {
        Observation observation = observations.handling(job.claimed());
        Observation.Scope scope = observation.openScope();
        job.begin(registered.policy().timeout());
        try {
            registered.handle(job);
            return null;
        } catch (Throwable e) {
            observation.error(e);
            return e;
        } finally {
            job.end();
            scope.close();
            observation.stop();
        }
    }

    private @Nullable Outcome succeeded(RunningJob job, long began, Ending ending, RetryPolicy policy) {
        ClaimedJob claimed = job.claimed();
        if (endedByHandler(job)) {
            return Outcome.DONE;
        }
        if (job.completing()) {
            return failed(
                    job,
                    new IllegalStateException(
                            "completeWithin(connection) was called, and the transaction was not committed "
                                    + "when the handler returned"),
                    policy);
        }
        probe.at(JobFeature.Probe.BEFORE_COMPLETION, claimed.kind(), claimed.id());
        Duration snoozed = job.snoozed();
        if (snoozed != null) {
            Instant now = now();
            boolean ours = putBack(claimed, now.plus(snoozed), claimed.attempt() - 1, null, now);
            return ours ? Outcome.SNOOZED : lost(claimed);
        }
        Instant again = job.runAgainAt();
        if (again == null) {
            ending.done(claimed, System.nanoTime() - began);
            return null;
        }
        return putBack(claimed, again, 0, null, now()) ? Outcome.DONE : lost(claimed);
    }

    private Outcome failed(RunningJob job, Throwable failure, RetryPolicy policy) {
        ClaimedJob claimed = job.claimed();
        Instant now = now();
        if (job.cancelAsked()) {
            return cancelled(claimed);
        }
        if (job.stopping()) {
            boolean ours = putBack(claimed, now, claimed.attempt() - 1, null, now);
            return ours ? Outcome.CANCELLED : lost(claimed);
        }
        if (isSuspended(claimed)) {
            return waits(claimed);
        }
        String error = describe(failure);
        if (policy.isPermanent(failure) || claimed.attempt() >= claimed.maxAttempts()) {
            if (!database.system(tx -> store.bury(tx, claimed, error, now))) {
                return lost(claimed);
            }
            log.error(
                    "Job {} of kind {} is dead after attempt {} of {}",
                    claimed.id(),
                    claimed.kind(),
                    claimed.attempt(),
                    claimed.maxAttempts(),
                    failure);
            return Outcome.DEAD;
        }
        Duration pause = pauseAfter(failure, claimed.attempt(), policy);
        if (!putBack(claimed, now.plus(pause), claimed.attempt(), error, now)) {
            return lost(claimed);
        }
        log.warn(
                "Job {} of kind {} failed at attempt {}; the next is in {}",
                claimed.id(),
                claimed.kind(),
                claimed.attempt(),
                pause,
                failure);
        return Outcome.RETRY;
    }

    /** Whether a transaction that the handler committed has ended the job. */
    private boolean endedByHandler(RunningJob job) {
        return job.completed() || (job.completing() && !database.system(tx -> store.has(tx, job.claimed())));
    }

    /** Makes a job due again; false when this node no longer has it. */
    private boolean putBack(ClaimedJob job, Instant runAt, int attempts, @Nullable String error, Instant now) {
        if (!database.single(tx -> store.putBack(tx, job, runAt, attempts, error, now))) {
            return false;
        }
        if (runAt.isAfter(now)) {
            announcements.later(job.queue(), runAt);
        } else {
            announcements.ready(job.lane(), job.rank());
        }
        return true;
    }

    private static Duration pauseAfter(Throwable failure, int attempt, RetryPolicy policy) {
        try {
            Duration pause = policy.backoff()
                    .pauseAfter(attempt, failure, ThreadLocalRandom.current().nextDouble());
            return pause.isNegative() ? Duration.ZERO : pause;
        } catch (RuntimeException e) {
            log.warn("A retry policy failed; the default one is used", e);
            return RetryPolicy.DEFAULT.backoff().pauseAfter(attempt, failure, 0.5);
        }
    }

    private boolean isSuspended(ClaimedJob job) {
        TenantId tenant = job.tenant();
        return tenant != null && tenants.suspended().contains(tenant);
    }

    /** Makes a job of a suspended tenant ready again, as if it had not been begun; nobody claims it until the tenant goes on. */
    private Outcome waits(ClaimedJob claimed) {
        Instant now = now();
        return putBack(claimed, now, claimed.attempt() - 1, null, now) ? Outcome.SNOOZED : lost(claimed);
    }

    private Outcome cancelled(ClaimedJob claimed) {
        if (!database.system(tx -> store.remove(tx, claimed, now()))) {
            return lost(claimed);
        }
        log.info("Job {} of kind {} was cancelled at attempt {}", claimed.id(), claimed.kind(), claimed.attempt());
        return Outcome.CANCELLED;
    }

    private static Outcome lost(ClaimedJob claimed) {
        log.warn(
                "Job {} of kind {} is no longer this worker's, because its lease ended; another does it",
                claimed.id(),
                claimed.kind());
        return Outcome.LOST;
    }

    /** PostgreSQL keeps no NUL. */
    private static String describe(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        String all = text.toString().replace('\0', ' ');
        return all.length() <= MAX_ERROR_CHARACTERS ? all : all.substring(0, MAX_ERROR_CHARACTERS) + "…";
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
