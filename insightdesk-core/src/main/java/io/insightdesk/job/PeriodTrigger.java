package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Fires again and again after the same time, which passes as on a clock without time zones. It is counted from when a firing was
 * due to when the next one is, so neither slow jobs nor late nodes shift it. The first firing is a period after the schedule was
 * made.
 *
 * @param period 1 second to 3,650 days, cut to milliseconds
 * @since 0.1.0
 */
public record PeriodTrigger(Duration period) implements JobTrigger {

    /** The shortest period. */
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    /** The longest period. */
    public static final Duration LONGEST = Duration.ofDays(3650);

    /**
     * Checks the period.
     *
     * @throws InvalidInputException when it is out of range
     */
    public PeriodTrigger {
        requireNonNull(period, "period");
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new InvalidInputException(
                    "/period",
                    "out_of_range",
                    "The period must be from " + SHORTEST + " to " + LONGEST + ", not " + period + ".");
        }
        period = period.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public Instant nextAfter(Instant instant) {
        return instant.plus(period);
    }
}
