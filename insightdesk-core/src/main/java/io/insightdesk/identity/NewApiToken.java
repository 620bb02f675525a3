package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An API token to be made.
 *
 * @param name what it is for, up to 200 characters
 * @param agent as whom it acts; null to act as itself
 * @param role what it may do at most
 * @param expiry how long it is good for; null for no end
 * @since 0.1.0
 */
public record NewApiToken(
        String name,
        @Nullable AgentId agent,
        Role role,
        @Nullable Duration expiry) {

    /** Checks all rules. */
    public NewApiToken {
        Violations violations = new Violations().requireText("/name", name, 200);
        Checks.role(violations, role);
        if (expiry != null && (expiry.isNegative() || expiry.isZero() || expiry.toDays() > 36_500)) {
            violations.add(
                    "/expiry", "invalid_value", "A token expires after more than nothing and at most 36500 days.");
        }
        violations.throwIfAny();
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
