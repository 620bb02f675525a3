package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.job.WorkerLoop;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a node from a start to the next stop: one thread claims, some do the jobs, one writes down what is done, one keeps
 * the lease. Thread-safe.
 */
final class Shift {

    private static final Logger log = LoggerFactory.getLogger(Shift.class);
    private static final Duration CANCELLATION = Duration.ofSeconds(2);
    private static final int WHILE_LISTENING = 5;
    private static final int LEASES_UNTIL_QUIET = 2;

    /** How long a host's transaction takes at most, of whose end nobody tells. */
    private static final Duration UNTOLD = Duration.ofMinutes(1);

    private final EngineParts parts;
    private final WorkerThreads threads;
    private final Pipeline pipeline;
    private final ReadyJobs ready;
    private final Loop dispatcher;
    private final Loop flusher;
    private final QuietTimes times;
    private final WorkerLease lease;
    private final Loop leases;
    private final Loop gauges;
    private final SignalListener listener;
    private final Loop signals;
    private volatile boolean stopping;
    private volatile boolean lookWanted = true;
    private volatile @Nullable Instant nextDue;
    private final AtomicReference<Instant> soonestTold = new AtomicReference<>(Instant.MAX);
    private volatile long untoldNanos = System.nanoTime() - UNTOLD.toNanos();
    private long lookedNanos;
    private boolean scheduled;

    Shift(EngineParts parts, QueueGauges sizes) {
        this.parts = parts;
        this.threads = new WorkerThreads(parts.options());
        this.ready = new ReadyJobs(parts);
        this.dispatcher = parts.loop("insightdesk-jobs", this::untilNextLook, this::dispatch, threads.loops());
        this.pipeline = new Pipeline(
                parts.options().concurrency(),
                threads.handlers(),
                job -> parts.runner().run(job, parts.completions()::add),
                dispatcher::wake);
        this.flusher = parts.loop(
                "insightdesk-job-completions",
                () -> Duration.ofSeconds(1),
                parts.completions()::flush,
                threads.loops());
        this.listener = new SignalListener(parts.wire(), parts.name().text(), this::hear, this::wake);
        this.times = new QuietTimes(
                parts.options().lease().multipliedBy(LEASES_UNTIL_QUIET),
                () -> parts.wire().sparesDatabase() && listener.listening());
        this.lease = new WorkerLease(parts, times, this::wake, this::forgetWaiting);
        this.leases = parts.loop("insightdesk-job-leases", lease::pause, lease::keep, threads.loops());
        this.gauges =
                parts.loop("insightdesk-job-gauges", () -> sizes.pause(times.quiet()), sizes::refresh, threads.loops());
        this.signals = parts.loop("insightdesk-job-signals", listener::pause, listener::turn, threads.loops());
    }

    void start() {
        parts.completions().gather(flusher::wake);
        parts.held().whenReleased(this::ended);
        leases.start();
        dispatcher.start();
        flusher.start();
        gauges.start();
        signals.start();
    }

    String threads() {
        return threads.description();
    }

    List<WorkerLoop> loops() {
        return List.of(dispatcher.status(), flusher.status(), leases.status(), gauges.status(), signals.status());
    }

    /** A lane has something ready, from a rank on. */
    void wake(Lane lane, Instant rank) {
        stir();
        if (parts.works(lane.queue())) {
            ready.add(lane, rank);
            dispatcher.wake();
        }
    }

    private void hear(Signal signal) {
        stir();
        if (signal.sort() == Signal.Sort.BUSY) {
            return;
        }
        UUID tenant = signal.lane();
        if (!signal.queue().equals(Signal.EVERY_QUEUE) && !parts.works(signal.queue())) {
            return;
        }
        if (signal.sort() == Signal.Sort.LATER) {
            later(signal.from());
        } else if (tenant == null) {
            wake();
        } else {
            wake(Lane.of(signal.queue(), new TenantId(tenant)), signal.from());
        }
    }

    /** Something may be ready at any moment, and nobody will tell. */
    void lookOften() {
        untoldNanos = System.nanoTime();
        stir();
        dispatcher.wake();
    }

    /** Who left the database alone looks at once, and no longer as seldom. */
    private void stir() {
        if (times.stir()) {
            wake();
            leases.wake();
        }
    }

    /** Something will be ready at an instant. */
    void later(Instant due) {
        Instant soonest = soonestTold.accumulateAndGet(due, (one, other) -> one.isBefore(other) ? one : other);
        if (soonest.equals(due)) {
            dispatcher.wake();
        }
    }

    /** The end of a job may let another begin. */
    private void ended(ClaimedJob job) {
        if (job.ofBatch()) {
            wake();
        } else if (ready.limited(job.lane())) {
            wake(job.lane(), job.rank());
        }
    }

    /** Whether signals of other nodes arrive. */
    boolean listening() {
        return listener.listening();
    }

    /** Some lane may have something ready. */
    void wake() {
        lookWanted = true;
        dispatcher.wake();
    }

    private Duration untilNextLook() {
        Duration pause = pollInterval();
        Instant next = nextDue();
        if (next.isBefore(parts.now().plus(pause))) {
            Duration untilNext = Duration.between(parts.now(), next);
            pause = untilNext.isNegative() || untilNext.isZero() ? Duration.ofMillis(1) : least(pause, untilNext);
        }
        if (ready.someHeldUp()) {
            pause = least(pause, Lanes.ASK_AGAIN);
        }
        return pipeline.hasWaiting() ? least(pause, Pipeline.STALLED.dividedBy(2)) : pause;
    }

    /** While nodes hear of each other's jobs, looking is for what was lost on its way. */
    private Duration pollInterval() {
        Duration often = parts.options().pollInterval();
        boolean told = System.nanoTime() - untoldNanos > UNTOLD.toNanos();
        if (!told || !listener.listening()) {
            return often;
        }
        Duration listening = often.multipliedBy(WHILE_LISTENING);
        Duration quiet = parts.options().lease();
        return times.quiet() && quiet.compareTo(listening) > 0 ? quiet : listening;
    }

    /** When the next job comes due that is known of. */
    private Instant nextDue() {
        Instant seen = nextDue;
        Instant told = requireNonNull(soonestTold.get());
        return seen == null || told.isBefore(seen) ? told : seen;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void dispatch() {
        if (!scheduled) {
            parts.maintenance().forgetScheduled();
            scheduled = true;
        }
        parts.maintenance().ensureScheduled();
        parts.runner().cancelOverdue();
        WorkerSession current = lease.session();
        if (current == null || current.isOver()) {
            // The thread that keeps the lease begins another, as soon as the database answers, and wakes this one.
            return;
        }
        handBack(pipeline.takeStalled());
        look();
        fill(current);
    }

    /** Finds out what is ready, when it is time to. */
    private void look() {
        boolean polled = System.nanoTime() - lookedNanos
                >= pollInterval().multipliedBy(3).dividedBy(4).toNanos();
        if (!lookWanted && !polled && nextDue().isAfter(parts.now())) {
            return;
        }
        lookWanted = false;
        soonestTold.set(Instant.MAX);
        nextDue = ready.look();
        lookedNanos = System.nanoTime();
    }

    private void fill(WorkerSession current) {
        if (!ready.mayHaveSome()) {
            return;
        }
        try {
            if (lease.use(current)) {
                claim(current);
            } else {
                // The lease's own turn notices, and begins another.
                leases.wake();
            }
        } finally {
            lease.used();
        }
    }

    private void claim(WorkerSession current) {
        while (!stopping) {
            int room = pipeline.room();
            if (room == 0) {
                return;
            }
            List<ClaimedJob> claimed = ready.claim(current, room);
            if (claimed.isEmpty()) {
                if (ready.moreLanes()) {
                    wake();
                }
                return;
            }
            submit(claimed, current);
        }
    }

    private void submit(List<ClaimedJob> claimed, WorkerSession current) {
        if (claimed.stream().anyMatch(job -> !MaintenanceJobs.isOne(job.kind()))) {
            stir();
        }
        try {
            pipeline.add(claimed.stream()
                    .map(job -> parts.runner().begin(job, current))
                    .toList());
        } catch (RejectedExecutionException e) {
            if (pipeline.isIdle()) {
                handBack(pipeline.takeWaiting());
            }
            throw e;
        }
    }

    private void forgetWaiting() {
        pipeline.takeWaiting().forEach(job -> parts.held().release(job.claimed()));
    }

    private void handBack(List<RunningJob> jobs) {
        jobs.stream()
                .map(RunningJob::claimed)
                .collect(Collectors.groupingBy(ClaimedJob::worker))
                .forEach((UUID worker, List<ClaimedJob> some) -> {
                    some.forEach(parts.held()::release);
                    int back = parts.database().single(tx -> parts.store().handBack(tx, worker, some));
                    some.forEach(job -> parts.announcements().ready(job.lane(), job.rank()));
                    log.debug("{} of {} jobs were handed back before they were begun", back, some.size());
                });
    }

    boolean stop(Duration grace) {
        stopping = true;
        dispatcher.stop();
        tryTo("hand back the jobs that were not begun", () -> handBack(pipeline.takeWaiting()));
        boolean finished = pipeline.awaitIdle(grace);
        boolean idle = finished;
        if (!finished) {
            parts.runner().running().forEach(RunningJob::cancelToStop);
            idle = pipeline.awaitIdle(CANCELLATION);
        }
        flusher.stop();
        tryTo("write down which jobs are done", parts.completions()::writeThrough);
        leases.stop();
        gauges.stop();
        listener.leave();
        signals.stop();
        listener.stop();
        threads.close();
        WorkerSession current = lease.session();
        // A handler that does not end keeps its job until the lease ends by itself.
        if (current != null && idle) {
            tryTo("sign off", () -> parts.leave(current));
        }
        return finished;
    }

    /** Stopping goes on without a database: what it would have written is found when the lease ends. */
    private static void tryTo(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.warn("Stopping workers could not {}; others find out when the lease ends", what, e);
        }
    }
}
