package io.insightdesk.internal;

/** Finds out what the actor of a scope may do, at the time of the call. */
@FunctionalInterface
public interface Authority {

    /** Everything: for the system itself. */
    Authority ALL = scope -> Access.ALL;

    /** What the actor may do now, and on which tickets; nothing for an actor that is unknown or no longer active. */
    Access access(Scope scope);
}
