package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of a role. What is null stays as it is.
 *
 * @param name the new name for people, up to 200 characters
 * @param permissions all that it allows from now on
 * @param tickets which tickets it is about from now on; not {@link TicketScope.Kind#OWN}
 * @since 0.1.0
 */
public record RoleChange(
        @Nullable String name,
        @Nullable Set<Permission> permissions,
        @Nullable TicketScope tickets) {

    /** Checks all rules. */
    public RoleChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (tickets != null) {
            Checks.ticketScope(violations, tickets);
        }
        violations.throwIfAny();
        permissions = permissions == null ? null : Set.copyOf(permissions);
    }

    /**
     * Other permissions.
     *
     * @param permissions all that the role allows from now on
     * @return the change
     */
    public static RoleChange allowing(Permission... permissions) {
        return new RoleChange(null, Set.of(permissions), null);
    }
}
