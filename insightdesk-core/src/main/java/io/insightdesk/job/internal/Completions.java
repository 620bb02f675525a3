package io.insightdesk.job.internal;

import static java.util.stream.Collectors.groupingBy;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which jobs are done, many in one transaction: one commit per job is what makes engines slow. A crash loses what is
 * gathered here, and those jobs are done again. Thread-safe.
 */
final class Completions {

    /** So many are written at once, or what there is after {@link #GATHER}. */
    static final int BATCH = 500;

    /** How long a job that is done waits for others. */
    static final Duration GATHER = Duration.ofMillis(2);

    private static final Logger log = LoggerFactory.getLogger(Completions.class);
    private static final int MOST = 8 * BATCH;

    private final Database database;
    private final JobStore store;
    private final Clock clock;
    private final JobTimes times;
    private final HeldJobs held;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition batchIsFull = lock.newCondition();
    private final Condition hasRoom = lock.newCondition();
    private final Deque<Done> gathered = new ArrayDeque<>();
    private Runnable wake = () -> {};
    private boolean gathering;

    private record Done(ClaimedJob job, long nanos) {}

    Completions(Database database, JobStore store, Clock clock, JobTimes times, HeldJobs held) {
        this.database = database;
        this.store = store;
        this.clock = clock;
        this.times = times;
        this.held = held;
    }

    /** From now on somebody calls {@link #flush} whenever this is run. */
    void gather(Runnable flusher) {
        lock.lock();
        try {
            wake = flusher;
            gathering = true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is gathered any more: what was is written, and what comes is written at once. */
    void writeThrough() {
        lock.lock();
        try {
            gathering = false;
            hasRoom.signalAll();
            batchIsFull.signalAll();
        } finally {
            lock.unlock();
        }
        flush();
    }

    /** A job is done. Waits where the database cannot keep up. */
    void add(ClaimedJob job, long nanos) {
        Runnable flusher = null;
        boolean write;
        lock.lock();
        try {
            while (gathering && gathered.size() >= MOST) {
                hasRoom.awaitUninterruptibly();
            }
            write = !gathering;
            if (gathering) {
                gathered.addLast(new Done(job, nanos));
                if (gathered.size() == 1) {
                    flusher = wake;
                } else if (gathered.size() == BATCH) {
                    batchIsFull.signal();
                }
            }
        } finally {
            lock.unlock();
        }
        if (write) {
            writeNow(job, nanos);
        } else if (flusher != null) {
            flusher.run();
        }
    }

    void writeNow(ClaimedJob job, long nanos) {
        write(List.of(new Done(job, nanos)));
    }

    /** Writes what is gathered until there is nothing. What cannot be written stays. */
    void flush() {
        for (List<Done> batch = take(); !batch.isEmpty(); batch = take()) {
            try {
                write(batch);
            } catch (RuntimeException e) {
                putBack(batch);
                throw e;
            }
        }
    }

    private List<Done> take() {
        lock.lock();
        try {
            long left = GATHER.toNanos();
            while (gathering && !gathered.isEmpty() && gathered.size() < BATCH && left > 0) {
                left = batchIsFull.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a loop to end it; it writes what there is.
            log.debug("interrupted while gathering", e);
        } finally {
            lock.unlock();
        }
        lock.lock();
        try {
            List<Done> batch = new ArrayList<>(Math.min(BATCH, gathered.size()));
            while (batch.size() < BATCH && !gathered.isEmpty()) {
                batch.add(gathered.removeFirst());
            }
            hasRoom.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(List<Done> batch) {
        lock.lock();
        try {
            for (int i = batch.size() - 1; i >= 0; i--) {
                gathered.addFirst(batch.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Done> batch) {
        Map<UUID, List<Done>> byWorker =
                batch.stream().collect(groupingBy(done -> done.job().worker()));
        byWorker.forEach((worker, some) -> {
            List<ClaimedJob> jobs = some.stream().map(Done::job).toList();
            Set<JobId> lost = database.single(
                    tx -> store.complete(tx, worker, jobs, clock.instant().truncatedTo(ChronoUnit.MICROS)));
            for (Done done : some) {
                ClaimedJob job = done.job();
                held.release(job);
                if (lost.contains(job.id())) {
                    log.warn(
                            "Job {} of kind {} is no longer this worker's: its lease ended before the job was written down as done",
                            job.id(),
                            job.kind());
                    times.record(job.kind(), Outcome.LOST, done.nanos());
                } else {
                    times.record(job.kind(), Outcome.DONE, done.nanos());
                }
            }
        });
    }
}
