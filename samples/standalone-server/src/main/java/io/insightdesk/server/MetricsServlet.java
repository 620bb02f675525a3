package io.insightdesk.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** {@code /metrics} for Prometheus. */
final class MetricsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient PrometheusMeterRegistry meters;
    private final transient @Nullable Secret token;
    private final boolean open;

    MetricsServlet(PrometheusMeterRegistry meters, @Nullable Secret token, boolean open) {
        this.meters = meters;
        this.token = token;
        this.open = open;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!allowed(request)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            response.sendError(401);
            return;
        }
        response.setContentType("text/plain; version=0.0.4; charset=utf-8");
        response.getWriter().write(meters.scrape());
    }

    private boolean allowed(HttpServletRequest request) {
        if (token == null) {
            return open;
        }
        String given = request.getHeader("Authorization");
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + token.value()).getBytes(StandardCharsets.UTF_8));
    }
}
