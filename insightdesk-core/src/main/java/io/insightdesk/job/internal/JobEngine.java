package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.WorkerLoop;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims due jobs, has them run, keeps their leases, and takes over those of workers that died. The database decides who has a
 * job: by its row lock at the claim, and by the fence from then on. Thread-safe.
 */
final class JobEngine implements Workers {

    private static final Logger log = LoggerFactory.getLogger(JobEngine.class);
    private static final Duration GAUGE_PERIOD = Duration.ofSeconds(15);
    private static final Duration CANCELLATION = Duration.ofSeconds(2);

    private final Database database;
    private final JobStore store;
    private final HandlerRegistry handlers;
    private final JobRunner runner;
    private final MaintenanceJobs maintenance;
    private final Clock clock;
    private final MeterRegistry meters;
    private final WorkerOptions options;
    private final String worker;
    private final MultiGauge sizes;
    private final Set<RunningJob> inFlight = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Session session;

    JobEngine(
            Database database,
            JobStore store,
            HandlerRegistry handlers,
            JobRunner runner,
            MaintenanceJobs maintenance,
            Clock clock,
            MeterRegistry meters,
            WorkerOptions options,
            String worker) {
        this.database = database;
        this.store = store;
        this.handlers = handlers;
        this.runner = runner;
        this.maintenance = maintenance;
        this.clock = clock;
        this.meters = meters;
        this.options = options;
        this.worker = worker;
        this.sizes = MultiGauge.builder("insightdesk.job.queue.size")
                .description("Jobs by queue and status")
                .register(meters);
    }

    /** There may be something to do. */
    void wake() {
        Session current = session;
        if (current != null) {
            current.dispatcher.wake();
        }
    }

    @Override
    public synchronized void start() {
        if (session == null) {
            Session begun = new Session();
            session = begun;
            begun.start();
            log.info(
                    "Workers started as {}: {} jobs at once, polling every {} ms, leases of {} s",
                    worker,
                    options.concurrency(),
                    options.pollInterval().toMillis(),
                    options.lease().toSeconds());
        }
    }

    @Override
    public synchronized boolean stop(Duration grace) {
        Session ended = session;
        if (ended == null) {
            return true;
        }
        boolean finished = ended.stop(grace);
        session = null;
        log.info("Workers stopped{}", finished ? "" : "; jobs that were not done in time will be done again");
        return finished;
    }

    @Override
    public boolean running() {
        return session != null;
    }

    @Override
    public List<WorkerLoop> loops() {
        Session current = session;
        return current == null
                ? List.of()
                : List.of(current.dispatcher.status(), current.leases.status(), current.gauges.status());
    }

    @Override
    public int runDue() {
        maintenance.ensureScheduled();
        rescue();
        int attempts = 0;
        Loop leases = loop("insightdesk-run-due-leases", options.lease().dividedBy(3), this::keepLeases, threads());
        leases.start();
        try {
            while (true) {
                List<ClaimedJob> claimed = claim(1);
                if (claimed.isEmpty()) {
                    return attempts;
                }
                for (ClaimedJob job : claimed) {
                    run(track(job));
                    attempts += MaintenanceJobs.isOne(job.kind()) ? 0 : 1;
                }
            }
        } finally {
            leases.stop();
        }
    }

    private Loop loop(String name, Duration period, Runnable turn, ThreadFactory threads) {
        return new Loop(name, period, turn, clock, meters, threads);
    }

    private ThreadFactory threads() {
        ThreadFactory hosts = options.threadFactory();
        AtomicInteger number = new AtomicInteger();
        return hosts != null
                ? hosts
                : work -> {
                    Thread thread = new Thread(work, "insightdesk-worker-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                };
    }

    private List<ClaimedJob> claim(int limit) {
        Set<String> kinds = handlers.kinds();
        if (kinds.isEmpty()) {
            return List.of();
        }
        return database.system(
                tx -> store.claimDue(tx, kinds, options.queues(), limit, worker, options.lease(), now()));
    }

    private RunningJob track(ClaimedJob claimed) {
        RunningJob job = runner.begin(claimed);
        inFlight.add(job);
        return job;
    }

    private void run(RunningJob job) {
        try {
            runner.run(job);
        } finally {
            inFlight.remove(job);
        }
    }

    private void keepLeases() {
        cancelOverdue();
        List<RunningJob> mine =
                inFlight.stream().filter(job -> !job.isOverdue()).toList();
        if (!mine.isEmpty()) {
            long asked = System.nanoTime();
            Set<JobId> lost = database.system(tx ->
                    store.extend(tx, mine.stream().map(RunningJob::claimed).toList(), options.lease()));
            for (RunningJob job : mine) {
                if (lost.contains(job.jobId())) {
                    job.cancel();
                } else {
                    job.leaseExtended(asked);
                }
            }
        }
        if (rescue() > 0) {
            wake();
        }
    }

    /** Cancels what takes too long, and what another worker may have by now. */
    private void cancelOverdue() {
        for (RunningJob job : inFlight) {
            if (job.isOverdue() || job.leaseIsOver(options.lease())) {
                job.cancel();
            }
        }
    }

    private int rescue() {
        int rescued = database.system(tx -> store.rescue(tx, now()));
        if (rescued > 0) {
            log.warn("{} jobs were taken from workers that were not heard of", rescued);
        }
        return rescued;
    }

    private void refreshGauges() {
        List<JobStore.QueueSize> found = database.system(store::sizes);
        // A queue that is empty says so: a missing series looks like a node that does not count.
        Map<Tags, Long> counts = new LinkedHashMap<>();
        Stream.concat(Stream.of(NewJob.DEFAULT_QUEUE), found.stream().map(JobStore.QueueSize::queue))
                .forEach(queue -> {
                    for (JobStatus status : JobStatus.values()) {
                        counts.put(Tags.of("queue", queue, "status", status.wireName()), 0L);
                    }
                });
        found.forEach(size -> counts.put(Tags.of("queue", size.queue(), "status", size.status()), size.jobs()));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((tags, jobs) -> rows.add(MultiGauge.Row.of(tags, jobs)));
        sizes.register(rows, true);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** From a start to the next stop. */
    private final class Session {

        private final Semaphore slots = new Semaphore(options.concurrency());
        private final ThreadFactory threads = threads();
        private final @Nullable ExecutorService own =
                options.executor() == null ? Executors.newFixedThreadPool(options.concurrency(), threads) : null;
        private final Loop dispatcher = loop("insightdesk-jobs", options.pollInterval(), this::dispatch, threads);
        private final Loop leases =
                loop("insightdesk-job-leases", options.lease().dividedBy(3), JobEngine.this::keepLeases, threads);
        private final Loop gauges =
                loop("insightdesk-job-gauges", GAUGE_PERIOD, JobEngine.this::refreshGauges, threads);
        private volatile boolean moreMayWait;
        private volatile boolean stopping;
        private boolean scheduled;

        void start() {
            dispatcher.start();
            leases.start();
            gauges.start();
        }

        private void dispatch() {
            if (!scheduled) {
                maintenance.forgetScheduled();
                scheduled = true;
            }
            maintenance.ensureScheduled();
            cancelOverdue();
            while (!stopping) {
                int free = slots.availablePermits();
                if (free == 0) {
                    return;
                }
                List<ClaimedJob> jobs = claim(free);
                moreMayWait = jobs.size() == free;
                jobs.forEach(this::submit);
                if (!moreMayWait) {
                    return;
                }
            }
        }

        private void submit(ClaimedJob claimed) {
            slots.acquireUninterruptibly();
            RunningJob job = track(claimed);
            Executor hosts = options.executor();
            Executor executor = own != null ? own : hosts != null ? hosts : Runnable::run;
            try {
                executor.execute(() -> {
                    try {
                        run(job);
                    } finally {
                        slots.release();
                        if (moreMayWait) {
                            dispatcher.wake();
                        }
                    }
                });
            } catch (RejectedExecutionException e) {
                inFlight.remove(job);
                slots.release();
                database.system(tx -> store.putBack(tx, claimed, now(), claimed.attempt() - 1, null));
                throw e;
            }
        }

        boolean stop(Duration grace) {
            stopping = true;
            dispatcher.stop();
            boolean finished = Loop.tryAcquire(slots, options.concurrency(), grace);
            if (!finished) {
                inFlight.forEach(RunningJob::cancelToStop);
                boolean unused = Loop.tryAcquire(slots, options.concurrency(), CANCELLATION);
            }
            leases.stop();
            gauges.stop();
            if (own != null) {
                own.shutdown();
            }
            return finished;
        }
    }
}
