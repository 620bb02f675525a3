package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Passwords: changed by who is logged in, and set by a link in a mail. */
@Path("auth/password")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthPasswordResource extends ApiResource {
    /** Made for each request. */
    public AuthPasswordResource() {}

    /** Changes it. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "changePassword",
            value = "Sets another password, and ends all other sessions.",
            status = 204,
            request = LoginRequests.PasswordChangeJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response change(@Nullable JsonBody body) {
        LoginRequests.PasswordChangeJson request = orNone(body).as(LoginRequests.PasswordChangeJson.class);
        desk().account().changePassword(request.currentPassword(), request.newPassword());
        return Response.noContent().build();
    }

    /** Sends a mail. */
    @POST
    @Path("forgotten")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "forgotPassword",
            value =
                    "Has a mail sent by which the password can be set anew; answers the same where nobody has the address.",
            status = 202,
            request = LoginRequests.PasswordForgottenJson.class,
            errors = {409, 503},
            open = true,
            idempotencyKey = false)
    public Response forgotten(@Nullable JsonBody body) {
        LoginRequests.PasswordForgottenJson request = orNone(body).as(LoginRequests.PasswordForgottenJson.class);
        Visitor visitor = visitor();
        visitor.logins().forgotPassword(request.tenant(), request.email(), visitor.client());
        return Response.accepted().build();
    }

    /** Sets it. */
    @POST
    @Path("reset")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "resetPassword",
            value = "Sets a password by the link of such a mail, or of an invitation, and ends all sessions.",
            status = 204,
            request = LoginRequests.PasswordResetJson.class,
            errors = {401, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response reset(@Nullable JsonBody body) {
        LoginRequests.PasswordResetJson request = orNone(body).as(LoginRequests.PasswordResetJson.class);
        Visitor visitor = visitor();
        visitor.logins().resetPassword(request.token(), request.password(), visitor.client());
        return Response.noContent().build();
    }
}
