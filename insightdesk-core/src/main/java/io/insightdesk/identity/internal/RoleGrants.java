package io.insightdesk.identity.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who may give which role. Nobody gives a role, or touches who has one, beyond the own one: otherwise whoever manages agents,
 * tokens or roles would have every permission by a detour.
 */
final class RoleGrants {

    private final RoleStore store;

    RoleGrants(RoleStore store) {
        this.store = store;
    }

    /** The role, which stays until the end of the transaction. */
    RoleDefinition hold(Tx tx, Role role) {
        return BuiltInRoles.find(role)
                .or(() -> store.hold(tx, role))
                .orElseThrow(() -> new InvalidInputException(
                        "/role", "unknown_role", "There is no role '" + role + "' in this tenant."));
    }

    /** Refuses to touch who has a role beyond the actor's own. */
    void requireWithin(Tx tx, Access own, Role role) {
        Optional<RoleDefinition> known = BuiltInRoles.find(role).or(() -> store.find(tx, role));
        if (known.isPresent()) {
            requireWithin(own, known.get());
        }
    }

    /** Refuses a role beyond the actor's own. */
    static void requireWithin(Access own, RoleDefinition role) {
        role.permissions().stream().sorted().forEach(own::require);
        TicketSight sight = own.tickets();
        TicketScope wanted = role.tickets();
        Set<UUID> organizations = sight.organizations();
        boolean teams = !sight.onlyTeams() || wanted.kind() == TicketScope.Kind.TEAMS;
        boolean companies = organizations == null
                || (wanted.kind() == TicketScope.Kind.ORGANIZATIONS
                        && organizations.containsAll(wanted.organizations()));
        if (!teams || !companies || sight.customer() != null) {
            throw own.refusal(Permission.TICKET_READ);
        }
    }
}
