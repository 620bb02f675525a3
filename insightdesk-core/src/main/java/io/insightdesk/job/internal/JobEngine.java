package io.insightdesk.job.internal;

import io.insightdesk.internal.Ids;
import io.insightdesk.job.WorkerLoop;
import io.insightdesk.job.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops this node's work, and does it by hand. The database decides who has a job: by its row lock at the claim, and
 * from then on by who names the session and the attempt. Thread-safe.
 */
final class JobEngine implements Workers {

    private static final Logger log = LoggerFactory.getLogger(JobEngine.class);

    private final EngineParts parts;
    private final QueueGauges gauges;
    private volatile @Nullable Shift shift;

    JobEngine(EngineParts parts) {
        this.parts = parts;
        this.gauges = new QueueGauges(parts.database(), parts.store(), parts.meters());
    }

    /** Whether signals of other nodes arrive here. */
    boolean listening() {
        Shift current = shift;
        return current != null && current.listening();
    }

    @Override
    public synchronized void start() {
        if (shift == null) {
            Shift begun = new Shift(parts, gauges);
            shift = begun;
            parts.announcements().workers(begun);
            begun.start();
            log.info(
                    "Workers started as {}: {} jobs at once {}, polling every {} ms, listening on {}, a lease of {} s",
                    parts.name().text(),
                    parts.options().concurrency(),
                    begun.threads(),
                    parts.options().pollInterval().toMillis(),
                    parts.wire().describe(),
                    parts.options().lease().toSeconds());
        }
    }

    @Override
    public synchronized boolean stop(Duration grace) {
        Shift ended = shift;
        if (ended == null) {
            return true;
        }
        boolean finished = ended.stop(grace);
        parts.announcements().workers(null);
        shift = null;
        log.info("Workers stopped{}", finished ? "" : "; jobs that were not done in time will be done again");
        return finished;
    }

    @Override
    public boolean running() {
        return shift != null;
    }

    @Override
    public List<WorkerLoop> loops() {
        Shift current = shift;
        return current == null ? List.of() : current.loops();
    }

    @Override
    public int runDue() {
        parts.maintenance().ensureScheduled();
        int unused = parts.rescue();
        WorkerSession session = parts.register(Ids.next(), " by hand");
        Loop leases = parts.loop(
                "insightdesk-run-due-lease",
                () -> parts.options().lease().dividedBy(3),
                () -> {
                    boolean renewed = parts.renew(session);
                    parts.runner().cancelOverdue();
                    if (!renewed) {
                        log.warn("The lease of jobs that are run by hand has ended; others do what is left");
                    }
                },
                WorkerThreads.daemons());
        leases.start();
        try {
            return runDue(session);
        } finally {
            leases.stop();
            parts.leave(session);
        }
    }

    private int runDue(WorkerSession session) {
        ReadyJobs ready = new ReadyJobs(parts);
        int attempts = 0;
        boolean more = true;
        while (more) {
            Instant unused = ready.look();
            more = ready.moreLanes();
            List<ClaimedJob> claimed = ready.claim(session, 1);
            while (!claimed.isEmpty()) {
                more = true;
                for (ClaimedJob job : claimed) {
                    parts.runner().run(parts.runner().begin(job, session), parts.completions()::writeNow);
                    attempts += MaintenanceJobs.isOne(job.kind()) || ScheduleClocks.isOne(job.kind()) ? 0 : 1;
                }
                claimed = ready.claim(session, 1);
            }
        }
        return attempts;
    }
}
