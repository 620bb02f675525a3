package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.Logins;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Logging in and out, where the library's own login is on. */
@Path("auth")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthResource extends ApiResource {
    /** Made for each request. */
    public AuthResource() {}

    /** A refresh token, and whether a browser brought it by itself. */
    private record Given(String token, boolean cookie) {}

    /** Begins a session. */
    @POST
    @Path("login")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "login",
            value = "Begins a session with tenant, mail address and password, or asks for a second factor.",
            request = LoginRequests.LoginJson.class,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response login(@Nullable JsonBody body) {
        LoginRequests.LoginJson request = orNone(body).as(LoginRequests.LoginJson.class);
        Visitor visitor = visitor();
        boolean cookies = wantsCookies(visitor, request.cookies());
        LoginAnswer answer =
                visitor.logins().login(request.tenant(), request.email(), request.password(), visitor.client());
        return answer(visitor, answer, cookies);
    }

    /** Begins the session that waits for a code. */
    @POST
    @Path("login/code")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "loginWithCode",
            value = "Begins the session for which a second factor was asked.",
            request = LoginRequests.LoginCodeJson.class,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response code(@Nullable JsonBody body) {
        LoginRequests.LoginCodeJson request = orNone(body).as(LoginRequests.LoginCodeJson.class);
        Visitor visitor = visitor();
        boolean cookies = wantsCookies(visitor, request.cookies());
        return loggedIn(
                visitor, visitor.logins().confirm(request.challenge(), request.code(), visitor.client()), cookies);
    }

    /** Says what to ask keys for the session that waits for one. */
    @POST
    @Path("login/key/options")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "beginLoginWithKey",
            value = "Says what to ask the agent's security keys for the session for which a second factor was asked.",
            request = LoginRequests.LoginKeyOptionsJson.class,
            response = SecurityKeyJson.KeyOptionsJson.class,
            errors = {401, 409},
            open = true,
            idempotencyKey = false)
    public Response keyOptions(@Nullable JsonBody body) {
        LoginRequests.LoginKeyOptionsJson request = orNone(body).as(LoginRequests.LoginKeyOptionsJson.class);
        Visitor visitor = visitor();
        KeyOptions options = visitor.logins().beginKey(request.challenge(), visitor.client());
        return Answer.of(200, SecurityKeyJson.KeyOptionsJson.of(options)).toResponse();
    }

    /** Begins the session that waits for a key. */
    @POST
    @Path("login/key")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "loginWithKey",
            value = "Begins the session for which a second factor was asked, with what a security key answered.",
            request = LoginRequests.LoginKeyJson.class,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409},
            open = true,
            idempotencyKey = false)
    public Response key(@Nullable JsonBody body) {
        LoginRequests.LoginKeyJson request = orNone(body).as(LoginRequests.LoginKeyJson.class);
        Visitor visitor = visitor();
        boolean cookies = wantsCookies(visitor, request.cookies());
        LoggedIn in = visitor.logins()
                .confirmWithKey(request.challenge(), request.credential().toString(), visitor.client());
        return loggedIn(visitor, in, cookies);
    }

    /** Goes on with a session. */
    @POST
    @Path("refresh")
    @Operation(
            id = "refreshLogin",
            value =
                    "Gives new tokens for the session of a refresh token, which is good once; one that comes again ends it.",
            request = LoginRequests.RefreshJson.class,
            bodyOptional = true,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response refresh(@Nullable JsonBody body) {
        Visitor visitor = visitor();
        Given given = refreshToken(visitor, body);
        return loggedIn(visitor, visitor.logins().refresh(given.token(), visitor.client()), given.cookie());
    }

    /** Ends a session. */
    @POST
    @Path("logout")
    @Operation(
            id = "logout",
            value = "Ends the session of a refresh token; it is no mistake where there is none any more.",
            status = 204,
            request = LoginRequests.RefreshJson.class,
            bodyOptional = true,
            errors = {403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response logout(@Nullable JsonBody body) {
        Visitor visitor = visitor();
        Given given = refreshToken(visitor, body);
        visitor.logins().logout(given.token(), visitor.client());
        Response done = Response.noContent().build();
        return given.cookie() ? LoginCookies.without(done) : done;
    }

    /** Gives the keys. */
    @GET
    @Path("keys")
    @Operation(
            id = "getLoginKeys",
            value = "Gives the public keys by which others can verify access tokens (JSON Web Key Set, RFC 7517).",
            errors = 409,
            open = true)
    public Response keys() {
        byte[] keys = visitor().logins().publicKeys().getBytes(StandardCharsets.UTF_8);
        return Response.ok(new JsonBytes(keys))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    /** A login that sets cookies, too, has to come from an own page: or a stranger's could log somebody in as the stranger. */
    private static boolean wantsCookies(Visitor visitor, @Nullable Boolean cookies) {
        boolean wanted = Boolean.TRUE.equals(cookies);
        if (wanted) {
            ForgeryGuard.requireOwnPage(visitor.ownPage());
        }
        return wanted;
    }

    private Given refreshToken(Visitor visitor, @Nullable JsonBody body) {
        Logins logins = visitor.logins();
        String token = jsonIfAny(body)
                .map(given -> given.as(LoginRequests.RefreshJson.class).refreshToken())
                .orElse(null);
        if (token != null) {
            return new Given(token, false);
        }
        String cookie = cookie(LoginCookies.REFRESH);
        if (cookie == null) {
            throw new InvalidInputException(
                    "/refreshToken", "required", "A refresh token is required, here or as a cookie.");
        }
        ForgeryGuard.requireOwnPage(visitor.ownPage());
        logins.sessionOf(cookie)
                .ifPresent(session -> ForgeryGuard.requireToken(logins, session, header(ForgeryGuard.HEADER)));
        return new Given(cookie, true);
    }

    static Response answer(Visitor visitor, LoginAnswer answer, boolean cookies) {
        return answer instanceof LoggedIn in
                ? loggedIn(visitor, in, cookies)
                : Answer.of(200, LoginAnswerJson.of((LoginAnswer.SecondFactorNeeded) answer))
                        .toResponse();
    }

    private static Response loggedIn(Visitor visitor, LoggedIn in, boolean cookies) {
        if (!cookies) {
            return Answer.of(200, LoginAnswerJson.of(in, null)).toResponse();
        }
        String csrfToken = visitor.logins().csrfToken(in.session());
        return LoginCookies.with(
                Answer.of(200, LoginAnswerJson.of(in, csrfToken)).toResponse(), in, csrfToken);
    }
}
