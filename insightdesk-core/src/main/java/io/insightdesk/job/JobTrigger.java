package io.insightdesk.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * When a schedule fires. Immutable.
 *
 * @since 0.1.0
 */
public sealed interface JobTrigger permits CronTrigger, PeriodTrigger {

    /**
     * Fires at the times of a cron expression.
     *
     * @param expression five fields as in UNIX's cron, or a nickname such as {@code @daily}; see {@link CronTrigger}
     * @param zone whose local times are meant
     * @return the trigger
     * @throws io.insightdesk.error.InvalidInputException when the expression is none or never fires; each wrong field is named
     */
    static CronTrigger cron(String expression, ZoneId zone) {
        return new CronTrigger(expression, zone);
    }

    /**
     * Fires again and again after the same time, counted from one firing to the next, however long the jobs take.
     *
     * @param period 1 second to 3,650 days
     * @return the trigger
     * @throws io.insightdesk.error.InvalidInputException when the period is out of range
     */
    static PeriodTrigger every(Duration period) {
        return new PeriodTrigger(period);
    }

    /**
     * The first firing after an instant.
     *
     * @param instant an instant; for a {@link PeriodTrigger} the firing before
     * @return the instant of the firing, later than the other
     */
    Instant nextAfter(Instant instant);
}
