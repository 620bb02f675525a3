package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.limit.RateLimit;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API token to be made.
 *
 * @param name what it is for, up to 200 characters
 * @param agent as whom it acts; null to act as itself
 * @param role what it may do at most
 * @param expiry how long it is good for; null for no end
 * @param requestsPerMinute how many requests it may make per minute, 1 to 1,000,000; null for as many as others
 * @param addressRanges from where it may be used, up to 100; empty for from everywhere
 * @since 0.1.0
 */
public record NewApiToken(
        String name,
        @Nullable AgentId agent,
        Role role,
        @Nullable Duration expiry,
        @Nullable Integer requestsPerMinute,
        List<AddressRange> addressRanges) {

    private static final int MAX_RANGES = 100;

    /** Checks all rules. */
    public NewApiToken {
        Violations violations = new Violations().requireText("/name", name, 200);
        Checks.role(violations, role);
        if (expiry != null && (expiry.isNegative() || expiry.isZero() || expiry.toDays() > 36_500)) {
            violations.add(
                    "/expiry", "invalid_value", "A token expires after more than nothing and at most 36500 days.");
        }
        if (requestsPerMinute != null && (requestsPerMinute < 1 || requestsPerMinute > RateLimit.MAX_PERMITS)) {
            violations.add(
                    "/requestsPerMinute",
                    "out_of_range",
                    "A token may make 1 to " + RateLimit.MAX_PERMITS + " requests per minute.");
        }
        addressRanges = List.copyOf(addressRanges);
        if (addressRanges.size() > MAX_RANGES) {
            violations.add("/addressRanges", "too_many", "At most " + MAX_RANGES + " ranges are allowed.");
        }
        violations.throwIfAny();
    }

    /**
     * A token as others, from everywhere.
     *
     * @param name what it is for, up to 200 characters
     * @param agent as whom it acts; null to act as itself
     * @param role what it may do at most
     * @param expiry how long it is good for; null for no end
     */
    public NewApiToken(String name, @Nullable AgentId agent, Role role, @Nullable Duration expiry) {
        this(name, agent, role, expiry, null, List.of());
    }

    /**
     * A token that acts as itself and does not expire.
     *
     * @param name what it is for
     * @param role what it may do
     * @return the token to be made
     */
    public static NewApiToken of(String name, Role role) {
        return new NewApiToken(name, null, role, null);
    }

    /**
     * A token that acts as an agent and does not expire.
     *
     * @param name what it is for
     * @param agent as whom it acts
     * @param role what it may do at most; never more than the agent
     * @return the token to be made
     */
    public static NewApiToken of(String name, AgentId agent, Role role) {
        return new NewApiToken(name, agent, role, null);
    }
}
