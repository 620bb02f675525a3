package io.insightdesk.internal;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds out what the actor of a scope may do, at the time of the call. */
@FunctionalInterface
public interface Authority {

    /** Everything: for the system itself. */
    Authority ALL = scope -> Access.ALL;

    /** What the actor may do now, and on which tickets; nothing for an actor that is unknown or no longer active. */
    Access access(Scope scope);

    /** The API token through which the actor came, which limits what the actor may do; null for none. */
    default @Nullable UUID throughToken() {
        return null;
    }
}
