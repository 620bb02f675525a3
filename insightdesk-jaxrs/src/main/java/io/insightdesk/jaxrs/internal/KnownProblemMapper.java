package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InsightDeskException;
import jakarta.ws.rs.ext.Provider;

/** Answers what the core throws on purpose. */
@Provider
public final class KnownProblemMapper extends ProblemMapper<InsightDeskException> {
    /** Makes the mapper. */
    public KnownProblemMapper() {}
}
