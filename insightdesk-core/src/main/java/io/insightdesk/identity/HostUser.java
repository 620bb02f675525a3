package io.insightdesk.identity;

import io.insightdesk.error.Violations;

/**
 * A user of the host who is to be an agent.
 *
 * @param subject the user's lasting identifier in the host, up to 200 characters
 * @param name the name that customers and colleagues see, up to 200 characters
 * @param email the mail address
 * @param role what the user may do
 * @since 0.1.0
 */
public record HostUser(String subject, String name, String email, Role role) {

    /** Checks all rules and brings the address into its normal form. */
    public HostUser {
        Violations violations =
                new Violations().requireText("/subject", subject, 200).requireText("/name", name, 200);
        email = Checks.email(violations, email);
        Checks.role(violations, role);
        violations.throwIfAny();
    }
}
