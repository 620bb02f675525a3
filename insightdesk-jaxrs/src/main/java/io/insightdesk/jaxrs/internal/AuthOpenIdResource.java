package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.OpenIdStart;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Logging in at a provider of OpenID Connect, from a page in a browser. */
@Path("auth/openid")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthOpenIdResource extends ApiResource {
    /** Made for each request. */
    public AuthOpenIdResource() {}

    /** Tells the providers. */
    @POST
    @Path("providers")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "listOpenIdProviders",
            value =
                    "Tells where the agents of a tenant may log in instead of with a password; whether there is such a tenant is not told.",
            request = LoginRequests.OpenIdProvidersJson.class,
            response = ProvidersJson.class,
            errors = {409, 503},
            open = true,
            idempotencyKey = false)
    public Response providers(@Nullable JsonBody body) {
        LoginRequests.OpenIdProvidersJson request = orNone(body).as(LoginRequests.OpenIdProvidersJson.class);
        return Answer.of(200, new ProvidersJson(visitor().logins().openIdProviders(request.tenant())))
                .toResponse();
    }

    /** Begins. */
    @POST
    @Path("start")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "startOpenIdLogin",
            value =
                    "Begins a login at a provider: the page goes on to the location. The browser keeps a cookie for the way back.",
            request = LoginRequests.OpenIdStartJson.class,
            response = StartedJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response start(@Nullable JsonBody body) {
        LoginRequests.OpenIdStartJson request = orNone(body).as(LoginRequests.OpenIdStartJson.class);
        Visitor visitor = visitor();
        ForgeryGuard.requireOwnPage(visitor.ownPage());
        OpenIdStart started = visitor.logins().beginOpenId(request.tenant(), request.provider(), visitor.client());
        return LoginCookies.withBinding(
                Answer.of(200, new StartedJson(started.location().toString(), started.expiresAt()))
                        .toResponse(),
                started);
    }

    /** Finishes. */
    @POST
    @Path("finish")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "finishOpenIdLogin",
            value =
                    "Finishes a login with what the provider sent the browser back with; once, in the browser that began it.",
            request = LoginRequests.OpenIdFinishJson.class,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response finish(@Nullable JsonBody body) {
        LoginRequests.OpenIdFinishJson request = orNone(body).as(LoginRequests.OpenIdFinishJson.class);
        Visitor visitor = visitor();
        ForgeryGuard.requireOwnPage(visitor.ownPage());
        String binding = cookie(LoginCookies.OPENID);
        LoginAnswer answer = visitor.logins()
                .finishOpenId(request.state(), request.code(), binding == null ? "" : binding, visitor.client());
        return LoginCookies.withoutBinding(
                AuthResource.answer(visitor, answer, Boolean.TRUE.equals(request.cookies())));
    }

    /** Where agents may log in. */
    record ProvidersJson(
            @Text("Names of providers, in the order in which they are to be offered.")
            List<String> providers) implements Wire {}

    /** A login on its way. */
    record StartedJson(
            @Text(value = "Where the page goes on.", example = "https://accounts.google.com/o/oauth2/v2/auth?…")
            String location,

            @Text("Until when the login can be finished.") Instant expiresAt)
            implements Wire {}
}
