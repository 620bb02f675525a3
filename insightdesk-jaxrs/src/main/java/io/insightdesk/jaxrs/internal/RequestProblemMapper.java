package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.ext.Provider;

/** Answers what the adapter refuses. */
@Provider
public final class RequestProblemMapper extends ProblemMapper<ProblemException> {
    /** Makes the mapper. */
    public RequestProblemMapper() {}
}
