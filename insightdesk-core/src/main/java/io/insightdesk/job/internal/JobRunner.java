package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Makes one attempt at a job and writes down how it ended. Thread-safe. */
final class JobRunner {

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
    private static final int MAX_ERROR_CHARACTERS = 4_000;

    private final Database database;
    private final JobStore store;
    private final HandlerRegistry handlers;
    private final Clock clock;
    private final MeterRegistry meters;
    private final JobFeature.Probe probe;

    /** How an attempt ended. */
    enum Outcome {
        DONE,
        RETRY,
        DEAD,
        CANCELLED,
        LOST;

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    JobRunner(
            Database database,
            JobStore store,
            HandlerRegistry handlers,
            Clock clock,
            MeterRegistry meters,
            JobFeature.Probe probe) {
        this.database = database;
        this.store = store;
        this.handlers = handlers;
        this.clock = clock;
        this.meters = meters;
        this.probe = probe;
    }

    RunningJob begin(ClaimedJob claimed) {
        return new RunningJob(
                claimed,
                store,
                clock,
                () -> probe.at(JobFeature.Probe.BEFORE_COMPLETION, claimed.kind(), claimed.id()));
    }

    /** Never throws; what cannot be written down is found again when the lease ends. */
    void run(RunningJob job) {
        ClaimedJob claimed = job.claimed();
        long began = System.nanoTime();
        try {
            MDC.put("job", claimed.id().toString());
            TenantId tenant = claimed.tenant();
            if (tenant != null) {
                MDC.put("tenant", tenant.toString());
            }
            Outcome outcome = attempt(job);
            Timer.builder("insightdesk.job.processing")
                    .description("Time of attempts at jobs")
                    .tag("kind", claimed.kind())
                    .tag("outcome", outcome.tag())
                    .publishPercentileHistogram()
                    .register(meters)
                    .record(Duration.ofNanos(System.nanoTime() - began));
        } catch (RuntimeException e) {
            log.error(
                    "How job {} of kind {} ended could not be written down; it will be done again when its lease ends",
                    claimed.id(),
                    claimed.kind(),
                    e);
        } finally {
            MDC.remove("job");
            MDC.remove("tenant");
        }
    }

    private Outcome attempt(RunningJob job) {
        ClaimedJob claimed = job.claimed();
        probe.at(JobFeature.Probe.AFTER_CLAIM, claimed.kind(), claimed.id());
        HandlerRegistry.Registered<?> registered = handlers.find(claimed.kind());
        RetryPolicy policy = registered == null ? RetryPolicy.DEFAULT : registered.policy();
        Throwable failure = registered == null
                ? new IllegalStateException("there is no handler for " + claimed.kind())
                : handle(job, registered);
        if (failure == null) {
            return succeeded(job);
        }
        if (job.completed()) {
            // It is done, and cannot be made undone; somebody should know of the rest.
            log.warn("Job {} of kind {} failed after its end", claimed.id(), claimed.kind(), failure);
            return Outcome.DONE;
        }
        return failed(job, failure, policy);
    }

    // An Error of one handler must neither end the worker nor leave its job without a trace.
    private static @Nullable Throwable handle(RunningJob job, HandlerRegistry.Registered<?> registered) {
        job.begin(registered.policy().timeout());
        try {
            registered.handle(job);
            return null;
        } catch (Throwable e) {
            return e;
        } finally {
            job.end();
        }
    }

    private Outcome succeeded(RunningJob job) {
        ClaimedJob claimed = job.claimed();
        if (job.completed()) {
            return Outcome.DONE;
        }
        probe.at(JobFeature.Probe.BEFORE_COMPLETION, claimed.kind(), claimed.id());
        Instant again = job.runAgainAt();
        boolean ours = database.system(
                tx -> again == null ? store.delete(tx, claimed) : store.putBack(tx, claimed, again, 0, null));
        return ours ? Outcome.DONE : lost(claimed);
    }

    private Outcome failed(RunningJob job, Throwable failure, RetryPolicy policy) {
        ClaimedJob claimed = job.claimed();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (job.stopping()) {
            boolean ours = database.system(tx -> store.putBack(tx, claimed, now, claimed.attempt() - 1, null));
            return ours ? Outcome.CANCELLED : lost(claimed);
        }
        String error = describe(failure);
        if (failure instanceof PermanentFailureException || claimed.attempt() >= claimed.maxAttempts()) {
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
        Duration pause =
                policy.pauseAfter(claimed.attempt(), ThreadLocalRandom.current().nextDouble());
        if (!database.system(tx -> store.putBack(tx, claimed, now.plus(pause), claimed.attempt(), error))) {
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

    private static Outcome lost(ClaimedJob claimed) {
        log.warn(
                "Job {} of kind {} was taken over by another worker, because this one lost its lease",
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
}
