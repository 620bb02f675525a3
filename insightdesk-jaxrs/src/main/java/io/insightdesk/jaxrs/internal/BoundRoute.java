package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ext.Provider;

/** For this API's resources only. */
@Provider
@InsightDeskApi
@Priority(2000)
public final class BoundRoute extends RouteFilter {
    BoundRoute() {}
}
