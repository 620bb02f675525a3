package io.insightdesk.job.internal;

import io.insightdesk.internal.CronTimes;
import io.insightdesk.job.CronTrigger;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.MisfirePolicy;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.job.PeriodTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a schedule does that is due.
 *
 * @param times the firings that it makes now, by the instants at which they were due
 * @param next when it is due again, after now
 */
record Firing(List<Instant> times, Instant next) {

    /**
     * Decides.
     *
     * @param due the first firing that was not made; not after now
     */
    static Firing of(JobTrigger trigger, MisfirePolicy policy, Duration grace, Instant due, Instant now) {
        UnaryOperator<Instant> after = after(trigger, due);
        Instant next = after.apply(now);
        return switch (policy) {
            case ONCE -> new Firing(List.of(due), next);
            case SKIP -> new Firing(inTime(after, now.minus(grace), due, now), next);
            case ALL -> new Firing(all(after, due, now), next);
        };
    }

    /** The first firing after an instant, on the grid that begins with one firing. */
    private static UnaryOperator<Instant> after(JobTrigger trigger, Instant due) {
        if (trigger instanceof CronTrigger cron) {
            return CronTimes.of(cron.expression(), cron.zone())::nextAfter;
        }
        Duration period = ((PeriodTrigger) trigger).period();
        return instant -> instant.isBefore(due)
                ? due
                : due.plus(period.multipliedBy(Duration.between(due, instant).dividedBy(period) + 1));
    }

    private static List<Instant> inTime(UnaryOperator<Instant> after, Instant earliest, Instant due, Instant now) {
        Instant first = due.isBefore(earliest) ? after.apply(earliest.minusNanos(1)) : due;
        return first.isAfter(now) ? List.of() : List.of(first);
    }

    private static List<Instant> all(UnaryOperator<Instant> after, Instant due, Instant now) {
        List<Instant> times = new ArrayList<>();
        for (Instant time = due;
                !time.isAfter(now) && times.size() < NewJobSchedule.MAX_MISFIRES;
                time = after.apply(time)) {
            times.add(time);
        }
        return List.copyOf(times);
    }
}
