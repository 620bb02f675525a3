package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Customers who log in by a link in a mail, from a page in a browser. */
@Path("auth/link")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthLinkResource extends ApiResource {
    /** Made for each request. */
    public AuthLinkResource() {}

    /** Sends a mail. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "requestLoginLink",
            value =
                    "Has a mail sent with a link by which a customer logs in, in this browser, which keeps a cookie; answers the same where nobody has the address.",
            status = 202,
            request = LoginRequests.LoginLinkJson.class,
            response = AskedJson.class,
            errors = {403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response request(@Nullable JsonBody body) {
        LoginRequests.LoginLinkJson request = orNone(body).as(LoginRequests.LoginLinkJson.class);
        Visitor visitor = visitor();
        ForgeryGuard.requireOwnPage(visitor.ownPage());
        LinkStart start = visitor.logins().beginLink(request.tenant(), request.email(), visitor.client());
        return LoginCookies.withBinding(
                Answer.of(202, new AskedJson(start.expiresAt())).toResponse(), start);
    }

    /** Logs in. Never by GET, for programs that look mails through open what is in them. */
    @POST
    @Path("redeem")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "redeemLoginLink",
            value =
                    "Begins the session of a customer by the link of such a mail; once, in the browser that asked for it.",
            request = LoginRequests.LoginLinkOpenedJson.class,
            response = LoginAnswerJson.class,
            errors = {401, 403, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response redeem(@Nullable JsonBody body) {
        LoginRequests.LoginLinkOpenedJson request = orNone(body).as(LoginRequests.LoginLinkOpenedJson.class);
        Visitor visitor = visitor();
        ForgeryGuard.requireOwnPage(visitor.ownPage());
        String binding = cookie(LoginCookies.LINK);
        LoggedIn in = visitor.logins().finishLink(request.token(), binding == null ? "" : binding, visitor.client());
        return LoginCookies.withoutLinkBinding(
                AuthResource.answer(visitor, in, Boolean.TRUE.equals(request.cookies())));
    }

    /** A login that waits for a mail. */
    record AskedJson(
            @Text("Until when the link is good, if a mail leaves.")
            Instant expiresAt) implements Wire {}
}
