package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ext.Provider;

/** For this API's resources only. */
@Provider
@InsightDeskApi
@Priority(100)
public final class BoundFirst extends RequestFilter {
    /** Makes the filter. */
    public BoundFirst() {}
}
