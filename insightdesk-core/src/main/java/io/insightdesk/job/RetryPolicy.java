package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;

/**
 * How long an attempt may take, and how long to wait before the next.
 *
 * @param backoff how long to wait after a failure
 * @param timeout how long one attempt may take
 * @param permanent failures, subclasses included, after which there is no other attempt; {@link PermanentFailureException} is
 *     always one
 * @since 0.1.0
 */
public record RetryPolicy(Backoff backoff, Duration timeout, Set<Class<? extends Throwable>> permanent) {

    /** How long an attempt may take where nothing is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    /** The policy where none is given: 5 seconds, at most an hour, 5 minutes per attempt. */
    public static final RetryPolicy DEFAULT = exponential(Duration.ofSeconds(5), Duration.ofHours(1));

    /**
     * Extension point: how long to wait after a failure. Called by several threads.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Backoff {

        /**
         * The pause after a failure.
         *
         * @param attempt which attempt failed, 1 for the first
         * @param failure what it threw
         * @param random evenly distributed from 0 to 1, to be used so that what failed together does not come back together
         * @return the pause; a negative one counts as none
         */
        Duration pauseAfter(int attempt, Throwable failure, double random);
    }

    /** Checks that the times make sense. */
    public RetryPolicy {
        requireNonNull(backoff, "backoff");
        requireNonNull(timeout, "timeout");
        permanent = Set.copyOf(permanent);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("An attempt needs more time than " + timeout + ".");
        }
    }

    /**
     * Waits the first pause, then twice as long each time up to the longest, each shortened or lengthened at random by up to a
     * fifth.
     *
     * @param firstPause after the first failure
     * @param longestPause never longer
     * @return the policy, with {@link #DEFAULT_TIMEOUT}
     */
    public static RetryPolicy exponential(Duration firstPause, Duration longestPause) {
        requireNonNull(firstPause, "firstPause");
        if (firstPause.isNegative()
                || requireNonNull(longestPause, "longestPause").compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("The longest pause, " + longestPause + ", is shorter than the first, "
                    + firstPause + ", or that is negative.");
        }
        return of((attempt, failure, random) -> doubled(firstPause, longestPause, attempt, random));
    }

    /**
     * Waits as long as somebody says.
     *
     * @param backoff how long to wait after a failure
     * @return the policy, with {@link #DEFAULT_TIMEOUT}
     */
    public static RetryPolicy of(Backoff backoff) {
        return new RetryPolicy(backoff, DEFAULT_TIMEOUT, Set.of());
    }

    /**
     * The policy with another time for each attempt.
     *
     * @param time greater than zero
     * @return the policy
     */
    public RetryPolicy timeout(Duration time) {
        return new RetryPolicy(backoff, time, permanent);
    }

    /**
     * The policy with failures after which there is no other attempt.
     *
     * @param failures their classes, subclasses included
     * @return the policy
     */
    public RetryPolicy permanent(Set<Class<? extends Throwable>> failures) {
        return new RetryPolicy(backoff, timeout, failures);
    }

    /**
     * Whether there is no other attempt.
     *
     * @param failure what an attempt threw
     * @return true where trying again cannot help
     */
    public boolean isPermanent(Throwable failure) {
        return failure instanceof PermanentFailureException
                || permanent.stream().anyMatch(one -> one.isInstance(failure));
    }

    private static Duration doubled(Duration first, Duration longest, int attempt, double random) {
        long pause = first.toMillis();
        for (int failures = 1; failures < attempt && pause < longest.toMillis(); failures++) {
            pause *= 2;
        }
        double shaken = Math.min(pause, longest.toMillis()) * (0.8 + 0.4 * random);
        return Duration.ofMillis(Math.min((long) shaken, longest.toMillis()));
    }
}
