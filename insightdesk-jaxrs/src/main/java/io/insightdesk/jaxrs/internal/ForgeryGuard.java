package io.insightdesk.jaxrs.internal;

import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.login.Logins;
import io.insightdesk.login.SessionId;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another site has a browser send along with the cookies of a login. Asked for is a token that belongs to the
 * session, in a header, and an {@code Origin} that is this server's or one that may come with cookies.
 */
final class ForgeryGuard {
    static final String HEADER = "X-CSRF-Token";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private ForgeryGuard() {}

    /** Whether a request cannot change anything. */
    static boolean isSafe(ContainerRequestContext request) {
        return SAFE.contains(request.getMethod());
    }

    /** Whether a page sent it that may. Every browser says from where such a request comes. */
    static boolean isOwnPage(ContainerRequestContext request, ApiOptions options) {
        String origin = request.getHeaderString("Origin");
        if (origin == null) {
            return false;
        }
        if (options.cors().credentials() && options.cors().allows(origin)) {
            return true;
        }
        URI asked = request.getUriInfo().getRequestUri();
        String host = String.valueOf(asked.getAuthority()).toLowerCase(Locale.ROOT);
        // What a proxy that is not named has encrypted looks plain from here.
        return origin.equals("https://" + host)
                || (origin.equals("http://" + host) && !ClientAddress.isSecure(request, options));
    }

    static void requireOwnPage(boolean ownPage) {
        if (!ownPage) {
            throw new ProblemException(
                    403,
                    "origin_not_allowed",
                    "With cookies, a request has to come from a page of this server's origin or of one that is allowed to send them.");
        }
    }

    static void requireToken(Logins logins, SessionId session, @Nullable String token) {
        if (token == null || !logins.isCsrfToken(session, token)) {
            throw new ProblemException(
                    403,
                    "csrf_token_required",
                    "With cookies, a request that changes something needs the session's csrfToken in the header "
                            + HEADER + ".");
        }
    }
}
