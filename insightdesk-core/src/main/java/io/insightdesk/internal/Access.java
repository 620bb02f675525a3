package io.insightdesk.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.identity.Permission;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an actor may do, and on which tickets.
 *
 * @param permissions what, unmodifiable
 * @param tickets which tickets there are for the actor
 * @param refused hears of each permission that was refused
 */
public record Access(Set<Permission> permissions, TicketSight tickets, Consumer<String> refused) {

    /** Everything. */
    public static final Access ALL = new Access(EnumSet.allOf(Permission.class), TicketSight.ALL);

    /** Nothing. */
    public static final Access NONE = new Access(Set.of(), TicketSight.ALL);

    /** Copies the permissions. */
    public Access {
        permissions = Set.copyOf(permissions);
    }

    /** What an actor may do, where nobody hears of refusals. */
    public Access(Set<Permission> permissions, TicketSight tickets) {
        this(permissions, tickets, permission -> {});
    }

    /** The same, of whose refusals somebody hears. */
    Access told(Consumer<String> listener) {
        return new Access(permissions, tickets, listener);
    }

    /** Whether the actor may. */
    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }

    /** Refuses what the actor may not do. */
    public void require(Permission permission) {
        if (!allows(permission)) {
            throw refusal(permission);
        }
    }

    /** To be thrown: the actor may not do this, though perhaps something else for which the permission is good. */
    public AccessDeniedException refusal(Permission permission) {
        return refusal(permission.wireName());
    }

    /** To be thrown: the actor may not do what is not about roles. */
    public AccessDeniedException refusal(String permission) {
        refused.accept(permission);
        return new AccessDeniedException(permission);
    }
}
