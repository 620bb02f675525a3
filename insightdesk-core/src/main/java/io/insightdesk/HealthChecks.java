package io.insightdesk;

import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.job.WorkerLoop;
import io.insightdesk.job.internal.JobFeature;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what the library stands on. */
final class HealthChecks {

    private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);
    private static final Duration MAX_SKEW = Duration.ofSeconds(2);

    private final Features features;
    private final Clock clock;
    private volatile double skewSeconds;

    HealthChecks(Features features, Clock clock, MeterRegistry meters) {
        this.features = features;
        this.clock = clock;
        Gauge.builder("insightdesk.clock.skew", this, checks -> checks.skewSeconds)
                .description("How far the application's clock is ahead of the database's, when last looked at")
                .baseUnit("seconds")
                .strongReference(true)
                .register(meters);
    }

    Health check() {
        List<Check> checks = new ArrayList<>();
        try {
            Duration skew = Duration.between(features.database.now(), clock.instant());
            skewSeconds = skew.toMillis() / 1000.0;
            checks.add(new Check("database", Status.UP, ""));
            checks.add(
                    skew.abs().compareTo(MAX_SKEW) > 0
                            ? new Check(
                                    "clock",
                                    Status.DEGRADED,
                                    "The application's clock is " + skewSeconds + " s ahead of the database's.")
                            : new Check("clock", Status.UP, ""));
        } catch (InsightDeskException e) {
            log.warn("The database does not answer a health check", e);
            checks.add(new Check("database", Status.DOWN, "The database does not answer."));
        }
        replica(checks);
        scanner(checks);
        checks.add(workers());
        valkey(checks);
        Status worst = checks.stream()
                .map(Check::status)
                .max(Comparator.naturalOrder())
                .orElse(Status.UP);
        return new Health(worst, checks);
    }

    /** All reads go to the primary without it. */
    private void replica(List<Check> checks) {
        if (!features.database.hasReplica()) {
            return;
        }
        try {
            checks.add(features.database
                    .replicaProblem()
                    .map(problem -> new Check("replica", Status.DEGRADED, problem))
                    .orElseGet(() -> new Check("replica", Status.UP, "")));
        } catch (InsightDeskException e) {
            // Only the primary is asked in a way that throws, and it has a row of its own.
            log.debug("The primary does not say where its log ends", e);
            checks.add(
                    new Check("replica", Status.DEGRADED, "The primary does not answer, to compare the replica with."));
        }
    }

    /** All but files goes on without it. */
    private void scanner(List<Check> checks) {
        if (features.storage.hasScanner()) {
            checks.add(features.storage
                    .scannerProblem()
                    .map(problem -> new Check("scanner", Status.DEGRADED, problem))
                    .orElseGet(() -> new Check("scanner", Status.UP, "")));
        }
    }

    /** Jobs are done without it, only later. */
    private void valkey(List<Check> checks) {
        JobFeature.ValkeyHealth valkey = features.jobs.valkey();
        switch (valkey.state()) {
            case NOT_CONFIGURED -> {}
            case WORKS -> checks.add(new Check("valkey", Status.UP, ""));
            case PARTLY_AWAY -> checks.add(new Check("valkey", Status.DEGRADED, valkey.trouble()));
            case AWAY ->
                checks.add(new Check(
                        "valkey",
                        Status.DEGRADED,
                        "The Valkey does not answer; until it does, other nodes' jobs are found by polling."));
        }
    }

    private Check workers() {
        if (!features.jobs.workers().running()) {
            return new Check("workers", Status.UP, "Background work is not started on this node.");
        }
        List<String> failing = features.jobs.workers().loops().stream()
                .filter(loop -> loop.failuresInARow() > 2)
                .map(WorkerLoop::name)
                .toList();
        return failing.isEmpty()
                ? new Check("workers", Status.UP, "")
                : new Check("workers", Status.DEGRADED, "These loops keep failing: " + failing + ".");
    }
}
