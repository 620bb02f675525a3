package io.insightdesk.jaxrs.internal;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * A request as a tracer sees it. It goes on with the trace of the caller, which a header such as {@code traceparent} names (W3C Trace
 * Context), and jobs that the request enqueues go on with it. Costs nothing where the host observes nothing.
 */
final class RequestObservation {
    private static final String OPEN = "io.insightdesk.observation";

    private RequestObservation() {}

    private record Open(Observation observation, Observation.Scope scope) {}

    /** Begins to observe a request, unless whoever serves it does so already. */
    static void begin(ContainerRequestContext request, ObservationRegistry registry, String route) {
        if (registry.isNoop() || registry.getCurrentObservation() != null) {
            return;
        }
        ReceiverContext<ContainerRequestContext> context =
                new ReceiverContext<>((carrier, name) -> carrier.getHeaderString(name), Kind.SERVER);
        context.setCarrier(request);
        Observation observation = Observation.createNotStarted("insightdesk.http.request", () -> context, registry)
                .contextualName(request.getMethod() + " " + route)
                .lowCardinalityKeyValue("method", request.getMethod())
                .lowCardinalityKeyValue("route", route)
                .start();
        request.setProperty(OPEN, new Open(observation, observation.openScope()));
    }

    /** Ends what was begun; on the same thread. */
    static void end(ContainerRequestContext request, int status) {
        if (request.getProperty(OPEN) instanceof Open open) {
            request.removeProperty(OPEN);
            open.scope().close();
            open.observation()
                    .lowCardinalityKeyValue("status", Integer.toString(status))
                    .stop();
        }
    }
}
