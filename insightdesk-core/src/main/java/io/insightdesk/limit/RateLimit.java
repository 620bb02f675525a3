package io.insightdesk.limit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How often something may be done: a bucket of so many tokens, which fills again evenly within the period. So after a pause all of
 * them may be used at once, and in the long run so many per period.
 *
 * @param permits how many, 1 to {@value #MAX_PERMITS}
 * @param period in which time the empty bucket is full again, a second to a day
 * @since 0.1.0
 */
public record RateLimit(int permits, Duration period) {

    /** The most that can be permitted per period. */
    public static final int MAX_PERMITS = 1_000_000;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Checks both. */
    public RateLimit {
        requireNonNull(period, "period");
        if (permits < 1 || permits > MAX_PERMITS) {
            throw new IllegalArgumentException("a limit permits 1 to " + MAX_PERMITS + ", not " + permits);
        }
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a limit's period is a second to a day, not " + period);
        }
    }

    /**
     * So many per minute.
     *
     * @param permits how many
     * @return the limit
     */
    public static RateLimit perMinute(int permits) {
        return new RateLimit(permits, Duration.ofMinutes(1));
    }
}
