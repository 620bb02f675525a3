package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobSchedule;
import io.insightdesk.job.JobSchedulePage;
import io.insightdesk.job.JobScheduleQuery;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The schedules of a tenant, or nobody's. Whoever changes one locks its row first, as its clock does. */
final class ScheduleService implements JobSchedules {

    private static final int ATTEMPTS = 5;
    private static final String SUBJECT = "jobSchedule";

    private final JobService.Access access;
    private final ScheduleStore store;
    private final ScheduleClocks clocks;
    private final JobService jobs;
    private final Cursors cursors;
    private final Clock clock;

    ScheduleService(
            JobService.Access access,
            ScheduleStore store,
            ScheduleClocks clocks,
            JobService jobs,
            Cursors cursors,
            Clock clock) {
        this.access = access;
        this.store = store;
        this.clocks = clocks;
        this.jobs = jobs;
        this.cursors = cursors;
        this.clock = clock;
    }

    @Override
    public JobSchedule put(NewJobSchedule schedule) {
        requireNonNull(schedule, "schedule");
        access.require(Permission.JOB_ADMIN);
        return access.run(tx -> put(tx, schedule));
    }

    private JobSchedule put(Tx tx, NewJobSchedule wanted) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Instant now = now();
            Optional<StoredSchedule> known = store.lock(tx, wanted.name());
            if (known.isPresent()) {
                return change(tx, known.get(), wanted, now);
            }
            StoredSchedule made = new StoredSchedule(
                    Ids.next(),
                    access.tenant(),
                    wanted.name(),
                    ScheduleDefinition.of(wanted),
                    1,
                    wanted.trigger().nextAfter(now),
                    null,
                    now);
            if (store.add(tx, made)) {
                clocks.start(tx, made, now);
                record(tx, made, "job_schedule_created");
                return made.view();
            }
        }
        throw new ConflictException(
                "job_schedule_busy", "The schedule '" + wanted.name() + "' is made and deleted too fast. Try again.");
    }

    private JobSchedule change(Tx tx, StoredSchedule known, NewJobSchedule wanted, Instant now) {
        ScheduleDefinition definition = ScheduleDefinition.of(wanted);
        StoredSchedule changed = known.withDefinition(definition);
        if (!known.paused() && !known.definition().trigger().equals(wanted.trigger())) {
            changed = changed.movedTo(wanted.trigger().nextAfter(now));
        }
        if (!changed.equals(known)) {
            write(tx, changed, now);
            record(tx, known, changed);
        }
        return changed.view();
    }

    private void write(Tx tx, StoredSchedule changed, Instant now) {
        if (!store.change(tx, changed, now)) {
            throw new IllegalStateException("the schedule '" + changed.name() + "' is gone though it was locked");
        }
        clocks.start(tx, changed, now);
    }

    @Override
    public Optional<JobSchedule> find(String name) {
        requireNonNull(name, "name");
        access.require(Permission.JOB_READ);
        return access.run(tx -> store.find(tx, name).map(StoredSchedule::view));
    }

    @Override
    public JobSchedulePage list(JobScheduleQuery query) {
        access.require(Permission.JOB_READ);
        TenantId tenant = access.tenant();
        Cursors.Listing listing = cursors.on("jobs.schedules", tenant == null ? JobService.NOBODY : tenant);
        Cursors.Position position = listing.decode(query.cursor());
        String after = position == null ? null : position.text(0);
        List<JobSchedule> found =
                access.run(tx -> store.list(tx, after == null ? "" : after, query.limit() + 1)).stream()
                        .map(StoredSchedule::view)
                        .toList();
        return listing.page(found, query.limit(), schedule -> new Object[] {schedule.name()}, JobSchedulePage::new);
    }

    @Override
    public JobSchedule pause(String name) {
        requireNonNull(name, "name");
        access.require(Permission.JOB_ADMIN);
        return access.run(tx -> {
            StoredSchedule known = locked(tx, name);
            return known.paused() ? known.view() : move(tx, known, null, "job_schedule_paused");
        });
    }

    @Override
    public JobSchedule resume(String name) {
        requireNonNull(name, "name");
        access.require(Permission.JOB_ADMIN);
        return access.run(tx -> {
            StoredSchedule known = locked(tx, name);
            return known.paused()
                    ? move(tx, known, known.definition().trigger().nextAfter(now()), "job_schedule_resumed")
                    : known.view();
        });
    }

    private JobSchedule move(Tx tx, StoredSchedule known, @Nullable Instant next, String type) {
        StoredSchedule moved = known.movedTo(next);
        write(tx, moved, now());
        access.record(tx, type, Map.of(SUBJECT, known.name()));
        return moved.view();
    }

    private void record(Tx tx, StoredSchedule schedule, String type) {
        ScheduleDefinition definition = schedule.definition();
        access.record(
                tx,
                type,
                Map.of(
                        SUBJECT,
                        schedule.name(),
                        "trigger",
                        definition.triggerText(),
                        "kind",
                        definition.job().kind()));
    }

    /** What the job is given may be anything, so that is not in the trail. */
    private void record(Tx tx, StoredSchedule known, StoredSchedule changed) {
        ScheduleDefinition was = known.definition();
        ScheduleDefinition is = changed.definition();
        Changes changes = new Changes()
                .plain("trigger", was.triggerText(), is.triggerText())
                .plain("kind", was.job().kind(), is.job().kind())
                .plain("misfire", was.misfire(), is.misfire())
                .plain("misfireGrace", was.misfireGrace(), is.misfireGrace())
                .plain("overlap", was.overlap(), is.overlap())
                .unseen("job", was.job(), is.job());
        access.record(tx, "job_schedule_changed", changes.payload(SUBJECT, known.name()));
    }

    @Override
    public void remove(String name) {
        requireNonNull(name, "name");
        access.require(Permission.JOB_ADMIN);
        boolean removed = access.run(tx -> {
            boolean done = store.remove(tx, name);
            if (done) {
                access.record(tx, "job_schedule_removed", Map.of(SUBJECT, name));
            }
            return done;
        });
        if (!removed) {
            throw notFound(name);
        }
    }

    @Override
    public JobId runNow(String name) {
        requireNonNull(name, "name");
        access.require(Permission.JOB_ADMIN);
        return access.run(tx -> {
            StoredSchedule known = store.find(tx, name).orElseThrow(() -> notFound(name));
            JobId job = jobs.enqueue(tx, known.definition().jobOf(name, null));
            access.record(tx, "job_schedule_fired", Map.of(SUBJECT, name, "jobId", job.toString()));
            return job;
        });
    }

    private StoredSchedule locked(Tx tx, String name) {
        return store.lock(tx, name).orElseThrow(() -> notFound(name));
    }

    private static NotFoundException notFound(String name) {
        return new NotFoundException("job_schedule", name);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
