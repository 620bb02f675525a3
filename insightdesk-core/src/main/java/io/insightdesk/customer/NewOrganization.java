package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import java.util.List;

/**
 * An organization to be made.
 *
 * @param name its name, up to 200 characters, unique in the tenant in any case
 * @param domains its mail domains, such as {@code example.com}; those below them are included. A new customer with such an
 *     address belongs to it, so a public mail provider's domain is rarely what you want here
 * @param sharedTickets whether its customers shall see each other's tickets
 * @since 0.1.0
 */
public record NewOrganization(String name, List<String> domains, boolean sharedTickets) {

    /** Checks all rules and brings the domains into their normal form. */
    public NewOrganization {
        Violations violations = new Violations().requireText("/name", name, 200);
        domains = Checks.domains(violations, domains);
        violations.throwIfAny();
    }

    /**
     * An organization whose customers see their own tickets only.
     *
     * @param name its name
     * @param domains its mail domains
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public NewOrganization(String name, List<String> domains) {
        this(name, domains, false);
    }

    /**
     * An organization whose customers see their own tickets only.
     *
     * @param name its name
     * @param domains its mail domains
     * @return the organization to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewOrganization of(String name, String... domains) {
        return new NewOrganization(name, List.of(domains));
    }
}
