package io.insightdesk.job.internal;

import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.db.Database;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.Signatures;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A node of a cluster, as tests want it: polls often, so that nothing has to be waited for. */
final class JobNode implements AutoCloseable {

    final MeterRegistry meters = new SimpleMeterRegistry();
    final JobFeature jobs;

    JobNode(
            ScratchDatabase scratch,
            Database database,
            Clock clock,
            WorkerOptions.Builder options,
            JobFeature.Probe probe) {
        this(scratch, database, clock, options, null, ObservationRegistry.NOOP, probe);
    }

    /** A node whose jobs are observed. */
    JobNode(
            ScratchDatabase scratch,
            Database database,
            Clock clock,
            WorkerOptions.Builder options,
            ObservationRegistry observed) {
        this(scratch, database, clock, options, null, observed, JobFeature.Probe.NONE);
    }

    private JobNode(
            ScratchDatabase scratch,
            Database database,
            Clock clock,
            WorkerOptions.Builder options,
            @Nullable String valkey,
            ObservationRegistry observed,
            JobFeature.Probe probe) {
        this.jobs = new JobFeature(
                database,
                clock,
                meters,
                observed,
                scratch.tenants(),
                new Cursors(new Signatures()),
                options.build(),
                valkey,
                probe);
    }

    /** A node of its own pool that is woken by a Valkey. */
    static JobNode wokenBy(String valkey, ScratchDatabase scratch, WorkerOptions.Builder options) {
        return new JobNode(
                scratch,
                scratch.anotherNode(),
                Clock.systemUTC(),
                options,
                valkey,
                ObservationRegistry.NOOP,
                JobFeature.Probe.NONE);
    }

    /** A node with defaults and the scratch database's clock. */
    static JobNode on(ScratchDatabase scratch) {
        return new JobNode(scratch, scratch.database(), scratch.clock(), options(), (point, kind, id) -> {});
    }

    /** Options for short tests. */
    static WorkerOptions.Builder options() {
        return WorkerOptions.builder().pollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        boolean unused = jobs.workers().stop(Duration.ofSeconds(10));
        jobs.close();
    }
}
