package io.insightdesk.server;

import io.insightdesk.Health;
import io.insightdesk.InsightDesk;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code /health/live}, {@code /health/ready} and {@code /health/started}. */
final class HealthServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient InsightDesk insightDesk;

    HealthServlet(InsightDesk insightDesk) {
        this.insightDesk = insightDesk;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String which = request.getPathInfo() == null ? "" : request.getPathInfo();
        switch (which) {
            case "/live", "/started" -> answer(response, 200, "{\"status\":\"up\"}");
            case "/ready" -> ready(response);
            default -> response.sendError(404);
        }
    }

    private void ready(HttpServletResponse response) throws IOException {
        Health health = insightDesk.health();
        String checks = health.checks().stream()
                .map(check -> "{\"name\":\"" + escaped(check.name()) + "\",\"status\":\"" + name(check.status())
                        + "\",\"detail\":\"" + escaped(check.detail()) + "\"}")
                .collect(Collectors.joining(","));
        int status = health.status() == Health.Status.DOWN ? 503 : 200;
        answer(response, status, "{\"status\":\"" + name(health.status()) + "\",\"checks\":[" + checks + "]}");
    }

    private static String name(Health.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }

    private static void answer(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().println(json);
    }
}
