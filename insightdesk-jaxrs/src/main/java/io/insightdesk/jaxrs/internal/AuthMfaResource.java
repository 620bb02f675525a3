package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.SecondFactor;
import io.insightdesk.login.SecurityKeys;
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
            request = LoginRequests.BeginFactorJson.class,
            response = AuthenticatorJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response begin(@Nullable JsonBody body) {
        LoginRequests.BeginFactorJson request = orNone(body).as(LoginRequests.BeginFactorJson.class);
        SecondFactor.Authenticator made = desk().account().secondFactor().begin(request.password(), request.code());
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
            value =
                    "Removes the authenticator, with a code of it, of a security key or a recovery code; the recovery codes go with the last"
                            + " second factor.",
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

    /** Says what to ask keys. */
    @POST
    @Path("proof/options")
    @Operation(
            id = "beginSecurityKeyProof",
            value = "Says what to ask the own security keys, for an operation that asks for a code.",
            response = SecurityKeyJson.KeyOptionsJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response beginProof() {
        KeyOptions options = desk().account().securityKeys().beginProof();
        return Answer.of(200, SecurityKeyJson.KeyOptionsJson.of(options)).toResponse();
    }

    /** Gives a code for a key. */
    @POST
    @Path("proof")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "proveSecurityKey",
            value =
                    "Gives a code for what a security key answered, for one operation of this session that asks for a code.",
            request = LoginRequests.ShowKeyJson.class,
            response = ProofJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response prove(@Nullable JsonBody body) {
        SecurityKeys keys = desk().account().securityKeys();
        LoginRequests.ShowKeyJson request = orNone(body).as(LoginRequests.ShowKeyJson.class);
        return Answer.of(
                        200,
                        new ProofJson(
                                keys.prove(request.credential().toString()).reveal()))
                .toResponse();
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

    /** A code for a security key; told once. */
    record ProofJson(
            @Text(value = "Good once, in this session, for five minutes.", example = "idp_…")
            String code) implements Wire {
        @Override
        public String toString() {
            return "ProofJson[…]";
        }
    }

    /** Recovery codes; told once. */
    record RecoveryCodesJson(
            @Text(
                    value = "Each is good once instead of a code; none where there was a second factor before.",
                    example = "MFRG-GZDF-MZTW-Q2LK-NNWG-23TP")
            List<String> recoveryCodes)
            implements Wire {
        @Override
        public String toString() {
            return "RecoveryCodesJson[…]";
        }
    }
}
