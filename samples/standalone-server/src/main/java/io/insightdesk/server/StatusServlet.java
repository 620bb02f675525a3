package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Health;
import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The page of the role web: how the API is doing. It stands in until there is a console, and says so. */
final class StatusServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final transient Readiness readiness;
    private final String template;

    StatusServlet(Settings settings, Readiness readiness) {
        this.readiness = readiness;
        try (InputStream in = requireNonNull(StatusServlet.class.getResourceAsStream("status.html"), "status.html")) {
            this.template = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{{environment}}", settings.environment().wireName())
                    .replace("{{version}}", BuildInfo.ofThisJar().version());
        } catch (IOException e) {
            throw new IllegalStateException("The page is missing in the jar", e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Health health = readiness.check();
        Check api = health.checks().stream()
                .filter(check -> check.name().equals("api"))
                .findFirst()
                .orElse(new Check("api", health.status(), ""));
        boolean well = api.status() == Status.UP;
        byte[] page = template.replace("{{state}}", well ? "up" : "away")
                .replace("{{title}}", well ? "The help desk works" : "The help desk does not answer as it should")
                .replace("{{detail}}", well ? "The API answers." : api.detail())
                .getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
    }
}
