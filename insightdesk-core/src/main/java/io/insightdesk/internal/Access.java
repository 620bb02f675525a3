package io.insightdesk.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.identity.Permission;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an actor may do, and on which tickets.
 *
 * @param permissions what, unmodifiable
 * @param tickets which tickets there are for the actor
 */
public record Access(Set<Permission> permissions, TicketSight tickets) {

    /** Everything. */
    public static final Access ALL = new Access(EnumSet.allOf(Permission.class), TicketSight.ALL);

    /** Nothing. */
    public static final Access NONE = new Access(Set.of(), TicketSight.ALL);

    /** Copies the permissions. */
    public Access {
        permissions = Set.copyOf(permissions);
    }

    /** Whether the actor may. */
    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }

    /** Refuses what the actor may not do. */
    public void require(Permission permission) {
        if (!allows(permission)) {
            throw new AccessDeniedException(permission.wireName());
        }
    }
}
