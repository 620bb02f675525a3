package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes schedules fire. Each has a job, its clock, which becomes due again after each firing. What the clock does is decided under
 * the lock of the schedule's row and written in one transaction with the jobs of the firing, so that a clock that runs twice, or
 * at the same time as somebody changes the schedule, repeats nothing. Thread-safe.
 */
final class ScheduleClocks {

    private static final Logger log = LoggerFactory.getLogger(ScheduleClocks.class);
    private static final JobKind<Tick> KIND = new JobKind<>("insightdesk.schedule", Tick.class);
    private static final RetryPolicy POLICY = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** Quick work, on which other jobs wait, goes first. */
    private static final int PRIORITY = 100;

    private final ScheduleClockStore store = new ScheduleClockStore();
    private final JobFeature feature;
    private final Database database;
    private final Clock clock;

    /**
     * What a clock is told.
     *
     * @param clock its number; where the schedule has another, this clock is obsolete
     */
    record Tick(UUID schedule, long clock) {

        String uniqueKey() {
            return schedule + ":" + clock;
        }
    }

    ScheduleClocks(JobFeature feature, HandlerRegistry handlers, Database database, Clock clock) {
        this.feature = feature;
        this.database = database;
        this.clock = clock;
        handlers.registerOwn(KIND, this::run, POLICY);
    }

    static boolean isOne(String kind) {
        return kind.equals(KIND.name());
    }

    /** Gives a schedule its clock, where it has none and should have one. */
    void start(Tx tx, StoredSchedule schedule, Instant now) {
        Instant next = schedule.nextAt();
        if (next != null) {
            start(tx, new Tick(schedule.id(), schedule.clock()), next, now);
        }
    }

    private boolean start(Tx tx, Tick tick, Instant dueAt, Instant now) {
        NewJob job = NewJob.builder(KIND, tick)
                .runAt(dueAt)
                .uniqueKey(tick.uniqueKey())
                .priority(PRIORITY)
                .maxAttempts(Integer.MAX_VALUE)
                .build();
        boolean started = feature.enqueue(tx, null, job, now).isPresent();
        if (started) {
            tx.afterCommit(feature::wake);
        }
        return started;
    }

    /** Gives all schedules their clocks that have lost them, such as by somebody who discards jobs. */
    void ensure() {
        long started = database.system(tx -> {
            Instant now = now();
            return store.missing(tx).stream()
                    .filter(missing -> start(tx, missing.tick(), missing.dueAt(), now))
                    .count();
        });
        if (started > 0) {
            log.warn("{} schedules had lost their clocks and go on", started);
        }
    }

    private void run(RunningJob job, Tick tick) {
        database.system(tx -> fire(tx, tick)).ifPresent(job::again);
    }

    /** Answers when the clock is due again; empty when it is obsolete. */
    private Optional<Instant> fire(Tx tx, Tick tick) {
        StoredSchedule schedule = store.lock(tx, tick.schedule()).orElse(null);
        if (schedule == null || schedule.clock() != tick.clock()) {
            return Optional.empty();
        }
        Instant due = schedule.nextAt();
        Instant now = now();
        if (due == null || due.isAfter(now)) {
            // It fired, and the node died before the clock was put back.
            return Optional.ofNullable(due);
        }
        ScheduleDefinition what = schedule.definition();
        Firing firing = Firing.of(what.trigger(), what.misfire(), what.misfireGrace(), due, now);
        boolean enqueued = enqueue(tx, schedule, firing.times(), now);
        store.fired(tx, schedule.id(), enqueued ? now : null, firing.next());
        return Optional.of(firing.next());
    }

    private boolean enqueue(Tx tx, StoredSchedule schedule, List<Instant> times, Instant now) {
        List<NewJob> jobs = times.stream()
                .map(time -> schedule.definition().jobOf(schedule.name(), time))
                .toList();
        if (jobs.isEmpty()) {
            log.info("Schedule {} was due at {} and is too late to fire", schedule.name(), schedule.nextAt());
            return false;
        }
        if (jobs.size() == 1) {
            boolean enqueued =
                    feature.enqueue(tx, schedule.tenant(), jobs.get(0), now).isPresent();
            if (!enqueued) {
                log.info("Schedule {} does not fire: its job before still waits or runs", schedule.name());
            }
            return enqueued;
        }
        int unused = feature.enqueueAll(
                tx,
                schedule.tenant(),
                jobs.stream().map(job -> JobFeature.row(job, now)).toList(),
                null,
                now);
        log.info("Schedule {} fires {} times for what was missed", schedule.name(), jobs.size());
        return true;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
