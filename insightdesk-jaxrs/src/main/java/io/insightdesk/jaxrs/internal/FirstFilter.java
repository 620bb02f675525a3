package io.insightdesk.jaxrs.internal;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Before matching, so that requests for nothing have a name too. */
@Provider
@PreMatching
@Priority(100)
public final class FirstFilter extends RequestFilter {
    /** Makes the filter. */
    public FirstFilter() {}
}
