package io.insightdesk.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Health;
import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code /health/live}, {@code /health/ready} and {@code /health/started} in the form of the library's own health
 * application, which knows nothing of a process that starts and ends.
 */
final class HealthHandler extends Handler.Abstract {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerState state;
    private final Readiness readiness;

    HealthHandler(ServerState state, Readiness readiness) {
        this.state = state;
        this.readiness = readiness;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws JsonProcessingException {
        Health health;
        switch (Request.getPathInContext(request)) {
            // A restart mends no database: whether the process answers is all that counts.
            case "/live" -> health = new Health(Status.UP, List.of());
            case "/ready" -> health = readiness.check();
            case "/started" -> health = started();
            default -> {
                return false;
            }
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            Response.writeError(request, response, callback, 405);
            return true;
        }
        response.setStatus(health.status() == Status.DOWN ? 503 : 200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, json(health), callback);
        return true;
    }

    private Health started() {
        return state.phase() == ServerState.Phase.STARTING
                ? new Health(Status.DOWN, List.of(new Check("start", Status.DOWN, "The server is starting.")))
                : new Health(Status.UP, List.of());
    }

    private static String json(Health health) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode().put("status", wireName(health.status()));
        ObjectNode checks = root.putObject("checks");
        for (Check check : health.checks()) {
            ObjectNode each = checks.putObject(check.name()).put("status", wireName(check.status()));
            if (!check.detail().isEmpty()) {
                each.put("detail", check.detail());
            }
        }
        return JSON.writeValueAsString(root);
    }

    private static String wireName(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
