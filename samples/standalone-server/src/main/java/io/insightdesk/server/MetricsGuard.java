package io.insightdesk.server;

import io.insightdesk.key.Secret;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Keeps {@code /metrics} from whoever does not have its token; without one they are open in development only. */
final class MetricsGuard extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Secret token;
    private final boolean open;

    MetricsGuard(@Nullable Secret token, boolean open) {
        this.token = token;
        this.open = open;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (allowed(request)) {
            chain.doFilter(request, response);
        } else {
            response.setHeader("WWW-Authenticate", "Bearer");
            response.sendError(401);
        }
    }

    private boolean allowed(HttpServletRequest request) {
        if (token == null) {
            return open;
        }
        String given = request.getHeader("Authorization");
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + token.reveal()).getBytes(StandardCharsets.UTF_8));
    }
}
