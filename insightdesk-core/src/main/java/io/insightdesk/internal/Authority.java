package io.insightdesk.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.identity.Permission;
import java.util.Set;

/** Finds out what the actor of a scope may do, at the time of the call. */
@FunctionalInterface
public interface Authority {

    /** Everything: for the system itself. */
    Authority ALL = scope -> Set.of(Permission.values());

    /** The actor's permissions now; empty for an actor that is unknown or no longer active. */
    Set<Permission> permissions(Scope scope);

    /** Refuses what the actor may not do. */
    default void require(Scope scope, Permission permission) {
        if (!permissions(scope).contains(permission)) {
            throw new AccessDeniedException(permission.wireName());
        }
    }
}
