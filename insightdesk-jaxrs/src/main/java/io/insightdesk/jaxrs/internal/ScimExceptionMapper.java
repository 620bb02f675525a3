package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers what a SCIM resource refuses. */
@Provider
public final class ScimExceptionMapper implements ExceptionMapper<ScimException> {
    /** Makes the mapper. */
    public ScimExceptionMapper() {}

    @Override
    public Response toResponse(ScimException failure) {
        return Response.status(failure.status())
                .type(ScimResource.MEDIA_TYPE)
                .entity(failure.error())
                .build();
    }
}
