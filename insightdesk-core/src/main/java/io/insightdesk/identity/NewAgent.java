package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import org.jspecify.annotations.Nullable;

/**
 * An agent to be made.
 *
 * @param name the name that customers and colleagues see, up to 200 characters
 * @param email the mail address; kept in lower case, with the domain in ASCII
 * @param role what the agent may do
 * @param externalId who it is in the host's own user store, up to 200 characters; null for nobody
 * @since 0.1.0
 */
public record NewAgent(
        String name, String email, Role role, @Nullable String externalId) {

    /** Checks all rules and brings the address into its normal form. */
    public NewAgent {
        Violations violations = new Violations().requireText("/name", name, 200).limit("/externalId", externalId, 200);
        email = Checks.email(violations, email);
        Checks.role(violations, role);
        if (externalId != null && externalId.isBlank()) {
            violations.add("/externalId", "invalid_value", "An external identifier is not blank.");
        }
        violations.throwIfAny();
    }

    /**
     * An agent without an external identifier.
     *
     * @param name the name that customers and colleagues see
     * @param email the mail address
     * @param role what the agent may do
     * @return the agent to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewAgent of(String name, String email, Role role) {
        return new NewAgent(name, email, role, null);
    }
}
