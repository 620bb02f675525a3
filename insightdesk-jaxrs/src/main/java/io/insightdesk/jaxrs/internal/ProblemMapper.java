package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Answers exceptions by problem documents; its subclasses say which. */
abstract class ProblemMapper<E extends Throwable> implements ExceptionMapper<E> {
    @Context
    private @Nullable UriInfo uri;

    @Context
    private @Nullable HttpHeaders headers;

    @Override
    public Response toResponse(E failure) {
        boolean conditional = headers != null && headers.getHeaderString(HttpHeaders.IF_MATCH) != null;
        return Problems.of(failure, path(), conditional);
    }

    private @Nullable String path() {
        try {
            return uri == null ? null : uri.getRequestUri().getRawPath();
        } catch (RuntimeException e) {
            // A malformed address has no path; the problem is told without it.
            return null;
        }
    }
}
