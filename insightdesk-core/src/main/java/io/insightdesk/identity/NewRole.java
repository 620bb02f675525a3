package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.util.Set;

/**
 * A role of the tenant's own, to be made.
 *
 * @param role its name in programs; not one of a built-in role
 * @param name its name for people, up to 200 characters
 * @param permissions what it shall allow
 * @param tickets which tickets it shall be about; not {@link TicketScope.Kind#OWN}
 * @since 0.1.0
 */
public record NewRole(Role role, String name, Set<Permission> permissions, TicketScope tickets) {

    /** Checks all rules. */
    public NewRole {
        Violations violations = new Violations().requireText("/name", name, 200);
        Checks.ticketScope(violations, tickets);
        violations.throwIfAny();
        permissions = Set.copyOf(permissions);
    }

    /**
     * A role for all tickets.
     *
     * @param role its name in programs
     * @param name its name for people
     * @param permissions what it shall allow
     * @return the role to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewRole of(Role role, String name, Permission... permissions) {
        return new NewRole(role, name, Set.of(permissions), TicketScope.ALL);
    }
}
