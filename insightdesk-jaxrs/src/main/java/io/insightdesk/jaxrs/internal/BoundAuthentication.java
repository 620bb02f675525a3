package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.ext.Provider;

/** For this API's resources only. */
@Provider
@InsightDeskApi
@Priority(Priorities.AUTHENTICATION)
public final class BoundAuthentication extends AuthenticationFilter {
    BoundAuthentication(InsightDesk insightDesk, ApiOptions options) {
        super(insightDesk, options);
    }
}
