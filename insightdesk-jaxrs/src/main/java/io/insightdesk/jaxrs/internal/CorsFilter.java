package io.insightdesk.jaxrs.internal;

import io.insightdesk.jaxrs.Cors;
import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/** Speaks the CORS protocol of the Fetch standard, for the origins that are allowed. */
@Provider
@PreMatching
@Priority(Priorities.USER + 100)
public final class CorsFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String ORIGIN = "Origin";
    private static final String REQUEST_METHOD = "Access-Control-Request-Method";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String HEADERS =
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
                    + "Range, Read-After, traceparent, X-CSRF-Token, X-Request-Id";
    private static final String EXPOSED =
            "Content-Disposition, Content-Range, Deprecation, ETag, Idempotency-Replayed, Link, "
                    + "Location, RateLimit, RateLimit-Policy, Read-After, Retry-After, Sunset, "
                    + "WWW-Authenticate, X-Request-Id";

    private final Cors cors;

    CorsFilter(Cors cors) {
        this.cors = cors;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String origin = request.getHeaderString(ORIGIN);
        boolean preflight = origin != null
                && request.getMethod().equals(HttpMethod.OPTIONS)
                && request.getHeaderString(REQUEST_METHOD) != null;
        if (!preflight) {
            return;
        }
        if (!cors.allows(origin)) {
            throw new ProblemException(
                    403, "origin_not_allowed", "Pages of this origin may not call this API from a browser.");
        }
        request.abortWith(Response.noContent()
                .header("Access-Control-Allow-Methods", METHODS)
                .header("Access-Control-Allow-Headers", HEADERS)
                .header("Access-Control-Max-Age", cors.maxAge().toSeconds())
                .build());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        boolean any = cors.origins().contains("*");
        if (!any) {
            // Or a cache would give one origin the answer for another.
            headers.add(HttpHeaders.VARY, ORIGIN);
        }
        @Nullable String origin = request.getHeaderString(ORIGIN);
        if (origin != null && cors.allows(origin)) {
            headers.putSingle("Access-Control-Allow-Origin", any ? "*" : origin);
            headers.putSingle("Access-Control-Expose-Headers", EXPOSED);
            if (cors.credentials()) {
                headers.putSingle("Access-Control-Allow-Credentials", "true");
            }
        }
    }
}
