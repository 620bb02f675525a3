package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The mail address of who is logged in. */
@Path("auth/email")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthEmailResource extends ApiResource {
    /** Made for each request. */
    public AuthEmailResource() {}

    /** Sends a mail. */
    @POST
    @Path("verification")
    @Operation(
            id = "verifyEmail",
            value = "Has a mail sent by whose link an agent shows to read the address.",
            status = 202,
            errors = 409,
            idempotencyKey = false)
    public Response verify() {
        desk().account().verifyEmail();
        return Response.accepted().build();
    }

    /** Takes its link. */
    @POST
    @Path("verified")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "confirmEmail",
            value = "Notes by the link of such a mail that its address is read.",
            status = 204,
            request = LoginRequests.EmailVerifiedJson.class,
            errors = {401, 409, 503},
            open = true,
            idempotencyKey = false)
    public Response verified(@Nullable JsonBody body) {
        LoginRequests.EmailVerifiedJson request = orNone(body).as(LoginRequests.EmailVerifiedJson.class);
        Visitor visitor = visitor();
        visitor.logins().confirmEmail(request.token(), visitor.client());
        return Response.noContent().build();
    }
}
