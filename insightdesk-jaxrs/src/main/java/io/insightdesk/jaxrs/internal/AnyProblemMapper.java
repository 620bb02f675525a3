package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.ext.Provider;

/** Answers everything, in an application of this API's own. */
@Provider
public final class AnyProblemMapper extends ProblemMapper<Throwable> {
    /** Makes the mapper. */
    public AnyProblemMapper() {}
}
