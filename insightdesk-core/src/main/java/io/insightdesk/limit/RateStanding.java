package io.insightdesk.limit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How full a bucket is after a decision, as far as this node knows.
 *
 * @param bucket the bucket
 * @param remaining how many more are allowed now
 * @param fullAfter after which time without any use all of them are allowed again
 * @param availableAfter after which time one is allowed; zero where one is allowed now
 * @since 0.1.0
 */
public record RateStanding(RateBucket bucket, long remaining, Duration fullAfter, Duration availableAfter) {

    /** Checks that nothing is missing. */
    public RateStanding {
        requireNonNull(bucket, "bucket");
        requireNonNull(fullAfter, "fullAfter");
        requireNonNull(availableAfter, "availableAfter");
    }
}
