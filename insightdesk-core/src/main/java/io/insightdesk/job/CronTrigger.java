package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.internal.CronTimes;
import java.time.Instant;
import java.time.ZoneId;

/**
 * Fires at the times of a cron expression in a time zone.
 *
 * <p>The expression has the five fields of UNIX's cron (POSIX, <em>crontab</em>): minute, hour, day of month, month, day of week;
 * each is {@code *}, a number, a range {@code 1-5}, steps {@code *}{@code /2} or {@code 1-5/2}, or a list of these. Months and days
 * of the week may be named by three letters; 0 and 7 are Sunday. Where both the day of month and the day of week are given, one of
 * them suffices. Or it is a nickname: {@code @hourly}, {@code @daily} or {@code @midnight}, {@code @weekly} (Sunday), {@code @monthly},
 * {@code @yearly} or {@code @annually}.
 *
 * <p>When the clocks change:
 *
 * <ul>
 *   <li>Where the hour is {@code *}, as in {@code *}{@code /10 * * * *}, it fires at every instant whose local time matches, and so
 *       follows real time: in an hour that comes twice it fires twice, in one that is left out not at all.
 *   <li>With any other hour, steps included, each local time fires once. One that comes twice fires the first time. One that does not
 *       come fires at the first instant after the gap, together with all others of the gap.
 * </ul>
 *
 * @param expression the expression; kept in one form of spaces and case
 * @param zone whose local times are meant
 * @since 0.1.0
 */
public record CronTrigger(String expression, ZoneId zone) implements JobTrigger {

    /**
     * Checks the expression.
     *
     * @throws io.insightdesk.error.InvalidInputException when the expression is none or never fires; each wrong field is named
     */
    public CronTrigger {
        requireNonNull(zone, "zone");
        expression = CronTimes.normalize(requireNonNull(expression, "expression"));
        CronTimes unused = CronTimes.of(expression, zone);
    }

    @Override
    public Instant nextAfter(Instant instant) {
        return CronTimes.of(expression, zone).nextAfter(requireNonNull(instant, "instant"));
    }
}
