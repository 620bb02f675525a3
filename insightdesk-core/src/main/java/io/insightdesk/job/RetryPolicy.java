package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long an attempt may take, and how long to wait before the next: the first pause, then twice as long each time up to the
 * longest, each shortened or lengthened at random by up to a fifth so that what failed together does not come back together.
 *
 * @param firstPause after the first failure
 * @param longestPause never longer
 * @param timeout how long one attempt may take
 * @since 0.1.0
 */
public record RetryPolicy(Duration firstPause, Duration longestPause, Duration timeout) {

    /** The policy where none is given: 5 seconds, at most an hour, 5 minutes per attempt. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(5));

    /** Checks that the times make sense. */
    public RetryPolicy {
        requireNonNull(firstPause, "firstPause");
        requireNonNull(longestPause, "longestPause");
        requireNonNull(timeout, "timeout");
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("The longest pause, " + longestPause + ", is shorter than the first, "
                    + firstPause + ", or that is negative.");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("An attempt needs more time than " + timeout + ".");
        }
    }

    /**
     * The pause after a failure.
     *
     * @param attempt which attempt failed, 1 for the first
     * @param random evenly distributed from 0 to 1
     * @return the pause
     */
    public Duration pauseAfter(int attempt, double random) {
        long pause = firstPause.toMillis();
        for (int failures = 1; failures < attempt && pause < longestPause.toMillis(); failures++) {
            pause *= 2;
        }
        double shaken = Math.min(pause, longestPause.toMillis()) * (0.8 + 0.4 * random);
        return Duration.ofMillis(Math.min((long) shaken, longestPause.toMillis()));
    }
}
