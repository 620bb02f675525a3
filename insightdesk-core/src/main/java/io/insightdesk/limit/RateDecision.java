package io.insightdesk.limit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Whether something may be done now.
 *
 * @param allowed whether each bucket had a token; if one had none, none was taken from the others
 * @param standings how full the buckets are now, in the order in which they were named
 * @since 0.1.0
 */
public record RateDecision(boolean allowed, List<RateStanding> standings) {

    /** Copies the list. */
    public RateDecision {
        standings = List.copyOf(standings);
    }

    /**
     * When to try again.
     *
     * @return after which time each bucket has a token, if nobody else takes it; zero where each has one
     */
    public Duration retryAfter() {
        return standings.stream()
                .map(RateStanding::availableAfter)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
