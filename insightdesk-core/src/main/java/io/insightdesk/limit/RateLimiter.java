package io.insightdesk.limit;

import java.util.List;

/**
 * Counts over all nodes how often something is done. Each node lets a block of a bucket through before it asks what the others
 * took; so in any time all nodes together allow at most what the bucket holds, what flows in meanwhile, and a tenth of the limit
 * (but at least two) for each node. Never fails: where the store of the counts is away, the next one counts, and at last each
 * node by itself. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RateLimiter {

    /**
     * Takes a token out of each of some buckets, or none where one is empty. Takes no longer than a moment, and mostly no trip to
     * a server. Outside of the caller's transaction: a roll-back gives nothing back.
     *
     * @param buckets the buckets, at least one
     * @return whether it may be done
     */
    RateDecision take(List<RateBucket> buckets);
}
