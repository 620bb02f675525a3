package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.SecondFactor;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The second factor of who is logged in. */
@Path("auth/mfa")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthMfaResource extends ApiResource {
    /** Made for each request. */
    public AuthMfaResource() {}

    /** Begins. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "beginSecondFactor",
            value = "Makes the seed of an authenticator, which is asked for once it is confirmed.",
            request = LoginRequests.PasswordJson.class,
            response = AuthenticatorJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response begin(@Nullable JsonBody body) {
        LoginRequests.PasswordJson request = orNone(body).as(LoginRequests.PasswordJson.class);
        SecondFactor.Authenticator made = desk().account().secondFactor().begin(request.password());
        return Answer.of(
                        200,
                        new AuthenticatorJson(made.seed().reveal(), made.uri().reveal()))
                .toResponse();
    }

    /** Confirms. */
    @POST
    @Path("confirm")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "confirmSecondFactor",
            value = "Switches the authenticator on with a code that it shows, and ends all other sessions.",
            request = LoginRequests.CodeJson.class,
            response = RecoveryCodesJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response confirm(@Nullable JsonBody body) {
        LoginRequests.CodeJson request = orNone(body).as(LoginRequests.CodeJson.class);
        return codes(desk().account().secondFactor().confirm(request.code()));
    }

    /** Switches it off. */
    @POST
    @Path("remove")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "removeSecondFactor",
            value = "Removes the authenticator and its recovery codes, with a code of either.",
            status = 204,
            request = LoginRequests.CodeJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response remove(@Nullable JsonBody body) {
        LoginRequests.CodeJson request = orNone(body).as(LoginRequests.CodeJson.class);
        desk().account().secondFactor().remove(request.code());
        return Response.noContent().build();
    }

    /** Makes new recovery codes. */
    @POST
    @Path("recovery-codes")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "renewRecoveryCodes",
            value = "Makes new recovery codes; the old ones are good no more.",
            request = LoginRequests.CodeJson.class,
            response = RecoveryCodesJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response renew(@Nullable JsonBody body) {
        LoginRequests.CodeJson request = orNone(body).as(LoginRequests.CodeJson.class);
        return codes(desk().account().secondFactor().renewRecoveryCodes(request.code()));
    }

    private static Response codes(List<String> codes) {
        return Answer.of(200, new RecoveryCodesJson(codes)).toResponse();
    }

    /** An authenticator; told once. */
    record AuthenticatorJson(
            @Text(value = "The seed in base 32, to be typed.", example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
            String seed,

            @Text(value = "To be shown as a QR code.", example = "otpauth://totp/…")
            String uri)
            implements Wire {
        @Override
        public String toString() {
            return "AuthenticatorJson[…]";
        }
    }

    /** Recovery codes; told once. */
    record RecoveryCodesJson(
            @Text(
                    value = "Each is good once instead of the authenticator's.",
                    example = "MFRG-GZDF-MZTW-Q2LK-NNWG-23TP")
            List<String> recoveryCodes)
            implements Wire {
        @Override
        public String toString() {
            return "RecoveryCodesJson[…]";
        }
    }
}
