package io.insightdesk.server;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The reference of the API: Swagger UI out of its jar, so that it works offline, showing this server's own OpenAPI document. */
final class ReferenceServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Swagger UI styles some elements inline, and draws icons from data addresses. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String JAR = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    private static final String OWN = "/io/insightdesk/server/reference/";

    private static final Map<String, String> FILES = Map.of(
            "/", OWN + "index.html",
            "/start.js", OWN + "start.js",
            "/swagger-ui.css", JAR + "swagger-ui.css",
            "/swagger-ui-bundle.js", JAR + "swagger-ui-bundle.js");

    private static final Map<String, String> TYPES = Map.of(
            "html",
            "text/html; charset=utf-8",
            "js",
            "text/javascript; charset=utf-8",
            "css",
            "text/css; charset=utf-8");

    private final String policy;

    /**
     * Makes the servlet.
     *
     * @param api where requests that are tried out go; null for here
     */
    ReferenceServlet(@Nullable URI api) {
        this.policy = api == null ? POLICY : POLICY.replace("connect-src 'self'", "connect-src 'self' " + origin(api));
    }

    private static String origin(URI api) {
        return api.getScheme() + "://" + api.getRawAuthority();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo();
        if (path == null) {
            response.sendRedirect(request.getContextPath() + request.getServletPath() + "/");
            return;
        }
        String name = FILES.get(path);
        URL file = name == null ? null : ReferenceServlet.class.getResource(name);
        if (name == null || file == null) {
            response.sendError(404);
            return;
        }
        response.setContentType(TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
        response.setHeader("Content-Security-Policy", policy);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", path.equals("/") ? "no-cache" : "max-age=3600");
        try (InputStream in = file.openStream()) {
            in.transferTo(response.getOutputStream());
        }
    }

    private static String version() {
        String properties = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
        try (InputStream in = ReferenceServlet.class.getResourceAsStream(properties)) {
            if (in == null) {
                return "missing";
            }
            Properties read = new Properties();
            read.load(in);
            return read.getProperty("version", "missing");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
