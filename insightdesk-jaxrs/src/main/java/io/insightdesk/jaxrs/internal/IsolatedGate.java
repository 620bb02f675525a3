package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider
public final class IsolatedGate extends GateFilter {
    IsolatedGate(InsightDesk insightDesk, ApiOptions options) {
        super(insightDesk, options);
    }

    /** Here every request has an answer that passes the answer's filter, also when it fails. */
    @Override
    boolean observes() {
        return true;
    }
}
