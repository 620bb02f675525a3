package io.insightdesk.server;

import io.insightdesk.limit.AddressRange;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Observes requests to the API, for traces. A trace that a client has begun (W3C Trace Context) goes on only if it comes by a trusted
 * proxy: anybody else could have all requests sampled.
 */
final class RequestObserver extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Where the API leaves the template of the path that it has matched. */
    private static final String ROUTE = "io.insightdesk.route";

    private final transient ObservationRegistry observations;
    private final transient List<AddressRange> trusted;

    RequestObserver(ObservationRegistry observations, List<AddressRange> trusted) {
        this.observations = observations;
        this.trusted = trusted;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean goesOn = isTrusted(request.getRemoteAddr());
        ReceiverContext<HttpServletRequest> context = new ReceiverContext<>(
                (carrier, name) -> goesOn && carrier != null ? carrier.getHeader(name) : null, Kind.SERVER);
        context.setCarrier(request);
        Observation observation = Observation.createNotStarted("insightdesk.http.request", () -> context, observations)
                .contextualName(request.getMethod())
                .lowCardinalityKeyValue("http.request.method", request.getMethod())
                .start();
        Observation.Scope scope = observation.openScope();
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException e) {
            observation.error(e);
            throw e;
        } finally {
            scope.close();
            Object route = request.getAttribute(ROUTE);
            if (route != null) {
                observation
                        .contextualName(request.getMethod() + " " + route)
                        .lowCardinalityKeyValue("http.route", route.toString());
            }
            observation
                    .lowCardinalityKeyValue("http.response.status_code", Integer.toString(response.getStatus()))
                    .stop();
        }
    }

    private boolean isTrusted(String address) {
        if (trusted.isEmpty()) {
            return false;
        }
        try {
            InetAddress client = InetAddress.getByName(address);
            return trusted.stream().anyMatch(range -> range.contains(client));
        } catch (UnknownHostException e) {
            // Not an address, so none of those that are trusted.
            return false;
        }
    }
}
