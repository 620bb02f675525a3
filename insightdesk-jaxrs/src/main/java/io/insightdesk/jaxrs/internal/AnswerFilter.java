package io.insightdesk.jaxrs.internal;

import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.DeskPrincipal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.MDC;

/** Adds what every answer has, and measures the request. */
class AnswerFilter implements ContainerResponseFilter {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Duration[] OBJECTIVES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry meters;
    private final ApiOptions options;

    AnswerFilter(MeterRegistry meters, ApiOptions options) {
        this.meters = meters;
        this.options = options;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Object id = request.getProperty(RequestFilter.REQUEST_ID);
        if (id != null) {
            response.getHeaders().putSingle(RequestFilter.HEADER, id);
        }
        if (response.getEntity() instanceof ProblemJson problem) {
            if (isScim(request)) {
                response.setEntity(
                        ScimErrorJson.of(problem),
                        response.getEntityAnnotations(),
                        MediaType.valueOf(ScimResource.MEDIA_TYPE));
            } else {
                response.setEntity(problem.explainedAt(options.problemPages()));
            }
        }
        if (response.getEntity() instanceof JsonBytes whole
                && response.getStatus() == 200
                && request.getProperty(Fields.PROPERTY) instanceof Fields fields) {
            response.setEntity(new JsonBytes(fields.only(whole.json())));
        }
        secure(request, response.getHeaders());
        if (request.getProperty(Deprecations.PROPERTY) instanceof Operation operation) {
            Deprecations.tell(operation, response.getHeaders());
        }
        RequestCounter.tell(request, response.getHeaders());
        tellWhatWasSeen(request, response.getHeaders());
        UnreadBody.dispose(request, response);
        measure(request, response.getStatus());
        RequestObservation.end(request, response.getStatus());
        MDC.remove(RequestFilter.MDC_KEY);
        MDC.remove(GateFilter.MDC_TENANT);
    }

    private static void tellWhatWasSeen(ContainerRequestContext request, MultivaluedMap<String, Object> headers) {
        SecurityContext security = request.getSecurityContext();
        if (security != null && security.getUserPrincipal() instanceof DeskPrincipal principal) {
            principal.desk().readAfter().ifPresent(seen -> headers.putSingle(GateFilter.READ_AFTER, seen));
        }
    }

    private static boolean isScim(ContainerRequestContext request) {
        try {
            return ScimResource.isPath(request.getUriInfo().getPath());
        } catch (RuntimeException e) {
            // A malformed address has no path, and nobody knows whose it is.
            return false;
        }
    }

    private void secure(ContainerRequestContext request, MultivaluedMap<String, Object> headers) {
        headers.putSingle("X-Content-Type-Options", "nosniff");
        headers.putSingle("Referrer-Policy", "no-referrer");
        // Nothing here is a page; what a browser shows all the same can load nothing and be framed by nobody.
        headers.putIfAbsent(
                "Content-Security-Policy", List.of("default-src 'none'; base-uri 'none'; frame-ancestors 'none'"));
        headers.putIfAbsent(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
        if (ClientAddress.isSecure(request, options)) {
            headers.putIfAbsent("Strict-Transport-Security", List.of("max-age=31536000"));
        }
    }

    private void measure(ContainerRequestContext request, int status) {
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
        Object route = request.getProperty(GateFilter.ROUTE);
        Tags tags = Tags.of(
                "method",
                method,
                "route",
                route == null ? "none" : route.toString(),
                "status",
                Integer.toString(status));
        Counter.builder("insightdesk.http.requests")
                .description("Requests answered")
                .tags(tags)
                .register(meters)
                .increment();
        if (request.getProperty(RequestFilter.STARTED) instanceof Long started) {
            Timer.builder("insightdesk.http.request.duration")
                    .description("Time until the answer's headers")
                    .tags(tags)
                    .serviceLevelObjectives(OBJECTIVES)
                    .register(meters)
                    .record(Duration.ofNanos(System.nanoTime() - started));
        }
    }
}
