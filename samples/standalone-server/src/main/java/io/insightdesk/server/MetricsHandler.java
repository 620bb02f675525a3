package io.insightdesk.server;

import io.insightdesk.key.Secret;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers {@code /metrics} in Prometheus' text format, to whoever has the token, or to everybody where the port is guarded. */
final class MetricsHandler extends Handler.Abstract {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry meters;
    private final @Nullable Secret token;
    private final boolean open;

    /**
     * Makes the handler.
     *
     * @param token who has it may read the metrics; null for no such token
     * @param open whether everybody may where there is no token
     */
    MetricsHandler(PrometheusMeterRegistry meters, @Nullable Secret token, boolean open) {
        this.meters = meters;
        this.token = token;
        this.open = open;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Request.getPathInContext(request).isEmpty()
                && !Request.getPathInContext(request).equals("/")) {
            return false;
        }
        if (!allowed(request)) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            Response.writeError(request, response, callback, 401);
            return true;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, meters.scrape(), callback);
        return true;
    }

    private boolean allowed(Request request) {
        if (token == null) {
            return open;
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + token.reveal()).getBytes(StandardCharsets.UTF_8));
    }
}
