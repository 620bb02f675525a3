package io.insightdesk.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roles of a tenant: those that are built in, and its own. Nobody makes or changes a role beyond the own one: the role may
 * hold no permission that the actor does not have, and be about all tickets only where the actor's is. Each call is one
 * transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Roles {

    /** How many roles of its own a tenant can have. */
    int MAX_OWN = 100;

    /**
     * Makes a role; needs {@code role:admin}.
     *
     * @param role what it shall be
     * @return the role as stored
     * @throws io.insightdesk.error.ConflictException with code {@code role_taken} when the tenant has one of this name or it is
     *     built in
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_organization}
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_roles} after {@value #MAX_OWN}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role would be beyond the actor's own
     */
    RoleDefinition create(NewRole role);

    /**
     * Reads a role; needs {@code agent:read}.
     *
     * @param role the role
     * @return what it allows
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    RoleDefinition get(Role role);

    /**
     * Lists all roles; needs {@code agent:read}.
     *
     * @return the built-in roles, the most powerful first, then the tenant's own by name
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    List<RoleDefinition> list();

    /**
     * Changes a role of the tenant's own; needs {@code role:admin}. Holds at once on this node and within five seconds on others.
     *
     * @param role the role
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the role as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first, or
     *     {@code role_built_in}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_organization}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role was or would be beyond the actor's own
     */
    RoleDefinition change(Role role, @Nullable Long expectedVersion, RoleChange change);

    /**
     * Removes a role of the tenant's own that nobody has; needs {@code role:admin}.
     *
     * @param role the role
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code role_in_use} while an agent, active or not, or a token
     *     that is not revoked has it, or {@code role_built_in}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role is beyond the actor's own
     */
    void remove(Role role);
}
