package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider
@Priority(Priorities.AUTHENTICATION - 500)
public final class IsolatedPeer extends ServletPeer {
    IsolatedPeer() {}
}
