package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of an organization. What is null stays as it is. Customers who exist already stay where they are.
 *
 * @param name the new name, up to 200 characters
 * @param domains all mail domains from now on
 * @param sharedTickets whether its customers see each other's tickets from now on
 * @since 0.1.0
 */
public record OrganizationChange(
        @Nullable String name,
        @Nullable List<String> domains,
        @Nullable Boolean sharedTickets) {

    /** Checks all rules and brings the domains into their normal form. */
    public OrganizationChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (domains != null) {
            domains = Checks.domains(violations, domains);
        }
        violations.throwIfAny();
    }

    /**
     * A new name.
     *
     * @param name the name
     * @return the change
     */
    public static OrganizationChange name(String name) {
        return new OrganizationChange(name, null, null);
    }

    /**
     * Other domains.
     *
     * @param domains all mail domains from now on
     * @return the change
     */
    public static OrganizationChange domains(List<String> domains) {
        return new OrganizationChange(null, domains, null);
    }

    /**
     * Who sees the organization's tickets.
     *
     * @param sharedTickets whether its customers see each other's tickets from now on
     * @return the change
     */
    public static OrganizationChange sharedTickets(boolean sharedTickets) {
        return new OrganizationChange(null, null, sharedTickets);
    }
}
