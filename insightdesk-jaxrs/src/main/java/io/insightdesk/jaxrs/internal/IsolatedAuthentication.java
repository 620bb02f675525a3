package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider

@Priority(Priorities.AUTHENTICATION)
public final class IsolatedAuthentication extends AuthenticationFilter {
    IsolatedAuthentication(InsightDesk insightDesk, ApiOptions options) {
        super(insightDesk, options);
    }
}
