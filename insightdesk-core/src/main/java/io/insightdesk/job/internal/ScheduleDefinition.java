package io.insightdesk.job.internal;

import io.insightdesk.job.CronTrigger;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.MisfirePolicy;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.job.PeriodTrigger;
import io.insightdesk.job.UniqueConflict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** What a schedule is by its owner's will, as it is kept in JSON. Either there is a period, or an expression and a zone. */
record ScheduleDefinition(
        @Nullable Duration period,
        @Nullable String cron,
        @Nullable String zone,
        NewJob job,
        MisfirePolicy misfire,
        Duration misfireGrace,
        boolean overlap) {

    static ScheduleDefinition of(NewJobSchedule schedule) {
        JobTrigger trigger = schedule.trigger();
        return new ScheduleDefinition(
                trigger instanceof PeriodTrigger every ? every.period() : null,
                trigger instanceof CronTrigger cron ? cron.expression() : null,
                trigger instanceof CronTrigger cron ? cron.zone().getId() : null,
                schedule.job(),
                schedule.misfire(),
                schedule.misfireGrace(),
                schedule.overlap());
    }

    JobTrigger trigger() {
        if (period != null) {
            return JobTrigger.every(period);
        }
        if (cron == null || zone == null) {
            throw new IllegalStateException("a schedule has neither a period nor a cron expression with a zone");
        }
        return JobTrigger.cron(cron, ZoneId.of(zone));
    }

    /** When it fires, to be read by people. */
    String triggerText() {
        return period != null ? period.toString() : cron + " " + zone;
    }

    /** The job of one firing; at most one of a schedule waits or runs, unless they may overlap. */
    NewJob jobOf(String name, @Nullable Instant due) {
        return new NewJob(
                job.kind(),
                job.payload(),
                due,
                job.delay(),
                overlap ? null : "schedule:" + name,
                job.maxAttempts(),
                job.queue(),
                job.priority(),
                job.limit(),
                job.payloadVersion(),
                UniqueConflict.SKIP,
                null);
    }
}
