package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.ext.Provider;

/** For this API's resources only. */
@Provider
@InsightDeskApi
@Priority(Priorities.AUTHENTICATION - 500)
public final class BoundPeer extends ServletPeer {
    BoundPeer() {}
}
