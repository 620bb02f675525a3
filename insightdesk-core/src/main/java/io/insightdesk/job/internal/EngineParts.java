package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every part of the engine works with.
 *
 * @param name this node, for people
 */
record EngineParts(
        Database database,
        SignalWire wire,
        Announcements announcements,
        JobStore store,
        WorkerStore workers,
        HandlerRegistry handlers,
        JobRunner runner,
        Completions completions,
        HeldJobs held,
        MaintenanceJobs maintenance,
        Tenants tenants,
        Clock clock,
        MeterRegistry meters,
        WorkerOptions options,
        WorkerName name) {

    /** How many leases long the lease of a node may be that has no jobs. */
    static final int EXTENDED_LEASES = 6;

    private static final Logger log = LoggerFactory.getLogger(EngineParts.class);

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    Loop loop(String loop, Supplier<Duration> pause, Runnable turn, ThreadFactory threads) {
        return new Loop(loop, pause, turn, clock, meters, threads);
    }

    boolean works(String queue) {
        return options.queues().isEmpty() || options.queues().contains(queue);
    }

    List<ClaimedJob> claim(WorkerSession session, Lanes.Turn turn, int limit) {
        Set<String> kinds = handlers.kinds();
        return kinds.isEmpty() ? List.of() : database.single(tx -> store.claim(tx, session.id(), turn, kinds, limit));
    }

    /** Begins a session; its lease begins now. */
    WorkerSession register(UUID id, String what) {
        long asked = System.nanoTime();
        database.system(tx -> {
            workers.register(tx, id, name.text() + what, name.host(), options);
            return true;
        });
        return new WorkerSession(id, options.lease(), asked);
    }

    /** Keeps a session; false when it is over. */
    boolean renew(WorkerSession session) {
        return renew(session, options.lease(), false);
    }

    /** Keeps a session that has no jobs for longer than usual; false when it is over. */
    boolean extend(WorkerSession session) {
        return renew(session, options.lease().multipliedBy(EXTENDED_LEASES), true);
    }

    private boolean renew(WorkerSession session, Duration lease, boolean longer) {
        long asked = System.nanoTime();
        boolean renewed = database.single(tx -> workers.renew(tx, session.id(), lease));
        if (renewed) {
            session.renewed(asked, lease, longer);
        } else {
            session.end();
        }
        return renewed;
    }

    void leave(WorkerSession session) {
        session.end();
        database.system(tx -> {
            workers.leave(tx, session.id());
            return true;
        });
    }

    /** What the database has as this session's; what somebody cancelled of it is cancelled. */
    List<JobStore.Running> running(WorkerSession session) {
        List<JobStore.Running> running = database.single(tx -> store.running(tx, session.id()));
        running.stream()
                .filter(JobStore.Running::cancelAsked)
                .forEach(each -> runner.cancel(new JobId(each.attempt().id())));
        return running;
    }

    /** Gives back what the database has as this session's and nobody works on: so many. */
    int giveBackForgotten(WorkerSession session, List<JobStore.Running> running) {
        List<HeldJobs.Attempt> forgotten = held.forgotten(
                running.stream().map(JobStore.Running::attempt).toList(),
                options.lease().dividedBy(4).toNanos());
        if (forgotten.isEmpty()) {
            return 0;
        }
        int back = database.system(tx -> store.giveBackForgotten(tx, session.id(), forgotten, now()));
        log.warn("{} jobs whose claim or end was lost on its way are done again", back);
        return back;
    }

    int rescue() {
        int rescued = database.single(tx -> store.rescue(tx, now()));
        if (rescued > 0) {
            log.warn("{} jobs were taken from workers that were not heard of", rescued);
        }
        return rescued;
    }
}
