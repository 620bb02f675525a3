package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider

@Priority(2000)
public final class IsolatedRoute extends RouteFilter {
    IsolatedRoute() {}
}
