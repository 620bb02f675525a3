package io.insightdesk.limit;

import static java.util.Objects.requireNonNull;

/**
 * What is counted, and how much of it is allowed.
 *
 * @param policy the name of the rule, such as {@code tenant}
 * @param key whom it is applied to, such as the tenant's id; only a hash of it is stored. What has the same policy and key is
 *     counted together
 * @param limit how often
 * @since 0.1.0
 */
public record RateBucket(String policy, String key, RateLimit limit) {

    /** Checks that nothing is missing. */
    public RateBucket {
        requireNonNull(policy, "policy");
        requireNonNull(key, "key");
        requireNonNull(limit, "limit");
    }
}
