package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The page at {@code /}: what runs here, and where to go on. */
final class HomeServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String POLICY =
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final byte[] page;

    HomeServlet(Settings settings, @Nullable URI mailCatcher) {
        this.page = page(settings, mailCatcher).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
    }

    private static String page(Settings settings, @Nullable URI mailCatcher) {
        String template;
        try (InputStream in = requireNonNull(HomeServlet.class.getResourceAsStream("home.html"), "home.html")) {
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The page is missing in the jar", e);
        }
        return template.replace("{{environment}}", settings.environment().wireName())
                .replace("{{role}}", settings.role().wireName())
                .replace("{{version}}", BuildInfo.ofThisJar().version())
                .replace("{{mail}}", mailCatcher == null ? "" : mailSection(mailCatcher));
    }

    private static String mailSection(URI mailCatcher) {
        return """
                <a class="card" href="%s"><strong>Mail catcher</strong><span>Every mail that this server has sent.</span></a>
                """.formatted(mailCatcher);
    }
}
