package io.insightdesk.internal;

import io.insightdesk.identity.Permission;
import java.util.Set;

/** Finds out what the actor of a scope may do, at the time of the call. */
@FunctionalInterface
public interface Authority {

    /** Everything: for the system itself. */
    Authority ALL = scope -> Access.ALL.permissions();

    /** The actor's permissions now; empty for an actor that is unknown or no longer active. */
    Set<Permission> permissions(Scope scope);

    /** The actor's permissions now, and which tickets they are about. */
    default Access access(Scope scope) {
        return new Access(permissions(scope), TicketSight.ALL);
    }
}
