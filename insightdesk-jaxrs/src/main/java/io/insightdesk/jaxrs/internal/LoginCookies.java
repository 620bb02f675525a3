package io.insightdesk.jaxrs.internal;

import io.insightdesk.key.Secret;
import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.OpenIdStart;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The cookies of a login. What begins with {@code __Host-} can only be set by this host, over HTTPS and for all paths (RFC 6265bis,
 * 4.1.3.2): no other host of the domain can slip its own login in.
 */
final class LoginCookies {
    static final String ACCESS = "__Host-insightdesk-access";
    static final String REFRESH = "__Host-insightdesk-refresh";

    /** The one that scripts of the page can read, to send it along in a header. */
    static final String CSRF = "__Host-insightdesk-csrf";

    /** Binds a login at a provider to the browser that began it. */
    static final String OPENID = "__Host-insightdesk-openid";

    /** Binds a link in a mail to the browser that asked for it. */
    static final String LINK = "__Host-insightdesk-link";

    private static final String BASE = "; Path=/; Secure; SameSite=Strict";
    private static final String HIDDEN = BASE + "; HttpOnly";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private LoginCookies() {}

    /**
     * Finds a cookie in the header; null where it is not there. By hand, because implementations fail in ways of their own where
     * the header is not well-formed.
     */
    static @Nullable String read(@Nullable String header, String name) {
        if (header == null) {
            return null;
        }
        for (String pair : header.split("[;,]", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                String value = pair.substring(equals + 1).strip();
                return value.isEmpty() ? null : value;
            }
        }
        return null;
    }

    /** Adds the tokens of a session to an answer, as cookies. */
    static Response with(Response answer, LoggedIn in, String csrfToken) {
        return Response.fromResponse(answer)
                .header(
                        HttpHeaders.SET_COOKIE,
                        cookie(ACCESS, in.accessToken().reveal(), in.accessExpiresAt()) + HIDDEN)
                .header(
                        HttpHeaders.SET_COOKIE,
                        cookie(REFRESH, in.refreshToken().reveal(), in.refreshExpiresAt()) + HIDDEN)
                .header(HttpHeaders.SET_COOKIE, cookie(CSRF, csrfToken, in.refreshExpiresAt()) + BASE)
                .build();
    }

    /** Has the browser forget them. */
    static Response without(Response answer) {
        Response.ResponseBuilder builder = Response.fromResponse(answer);
        for (String name : List.of(ACCESS, REFRESH, CSRF)) {
            builder.header(HttpHeaders.SET_COOKIE, cookie(name, "", Instant.EPOCH) + BASE);
        }
        return builder.build();
    }

    /** Has the browser keep what a login at a provider is bound to. */
    static Response withBinding(Response answer, OpenIdStart started) {
        return with(answer, OPENID, started.binding(), started.expiresAt());
    }

    /** Has the browser forget it. */
    static Response withoutBinding(Response answer) {
        return without(answer, OPENID);
    }

    /** Has the browser keep what a link in a mail is bound to. */
    static Response withBinding(Response answer, LinkStart started) {
        return with(answer, LINK, started.binding(), started.expiresAt());
    }

    /** Has the browser forget it. */
    static Response withoutLinkBinding(Response answer) {
        return without(answer, LINK);
    }

    private static Response with(Response answer, String name, Secret binding, Instant expiresAt) {
        return Response.fromResponse(answer)
                .header(HttpHeaders.SET_COOKIE, cookie(name, binding.reveal(), expiresAt) + HIDDEN)
                .build();
    }

    private static Response without(Response answer, String name) {
        return Response.fromResponse(answer)
                .header(HttpHeaders.SET_COOKIE, cookie(name, "", Instant.EPOCH) + BASE)
                .build();
    }

    private static String cookie(String name, String value, Instant expiresAt) {
        return name + "=" + value + "; Expires=" + DATE.format(expiresAt);
    }
}
