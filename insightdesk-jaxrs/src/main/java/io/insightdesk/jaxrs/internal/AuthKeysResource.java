package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.SecurityKey;
import io.insightdesk.login.SecurityKeyId;
import io.insightdesk.login.SecurityKeys;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The security keys of who is logged in. */
@Path("auth/mfa/keys")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthKeysResource extends ApiResource {
    /** Made for each request. */
    public AuthKeysResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listSecurityKeys",
            value = "Lists the own security keys, in the order in which they were added; at most 10, in one page.",
            response = SecurityKeyJson.class,
            page = true,
            errors = 409)
    public Response list() {
        SecurityKeys keys = desk().account().securityKeys();
        return page(query(), keys.list().stream().map(SecurityKeyJson::of).toList(), null);
    }

    /** Begins to add one. */
    @POST
    @Path("options")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "beginSecurityKey",
            value = "Says what to ask a security key that is to be added.",
            request = LoginRequests.BeginFactorJson.class,
            response = SecurityKeyJson.KeyOptionsJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response begin(@Nullable JsonBody body) {
        SecurityKeys keys = desk().account().securityKeys();
        LoginRequests.BeginFactorJson request = orNone(body).as(LoginRequests.BeginFactorJson.class);
        return Answer.of(200, SecurityKeyJson.KeyOptionsJson.of(keys.begin(request.password(), request.code())))
                .toResponse();
    }

    /** Adds it. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "addSecurityKey",
            value = "Adds a security key with what it answered, and ends all other sessions.",
            status = 201,
            request = LoginRequests.AddKeyJson.class,
            response = SecurityKeyJson.AddedKeyJson.class,
            errors = 409,
            idempotencyKey = false)
    public Response add(@Nullable JsonBody body) {
        SecurityKeys keys = desk().account().securityKeys();
        LoginRequests.AddKeyJson request = orNone(body).as(LoginRequests.AddKeyJson.class);
        SecurityKeys.Added added =
                keys.finish(request.name(), request.credential().toString());
        return Answer.of(201, SecurityKeyJson.AddedKeyJson.of(added)).toResponse();
    }

    /** Names it anew. */
    @PATCH
    @Path("{securityKey}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeSecurityKey",
            value = "Names one of the own security keys anew; see RFC 7396.",
            request = LoginRequests.KeyPatch.class,
            response = SecurityKeyJson.class,
            errors = {404, 409})
    public Response rename(@PathParam("securityKey") String id, @Nullable JsonBody body) {
        SecurityKeys keys = desk().account().securityKeys();
        SecurityKeyId key = id("security_key", id, SecurityKeyId::of);
        LoginRequests.KeyPatch patch = orNone(body).as(LoginRequests.KeyPatch.class);
        String name = patch.name();
        SecurityKey renamed = name == null ? keys.get(key) : keys.rename(key, name);
        return Answer.of(200, SecurityKeyJson.of(renamed)).toResponse();
    }

    /** Removes it. */
    @POST
    @Path("{securityKey}/remove")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "removeSecurityKey",
            value =
                    "Removes one of the own security keys, with a code of a second factor; the recovery codes go with the last.",
            status = 204,
            request = LoginRequests.CodeJson.class,
            errors = {404, 409},
            idempotencyKey = false)
    public Response remove(@PathParam("securityKey") String id, @Nullable JsonBody body) {
        SecurityKeys keys = desk().account().securityKeys();
        SecurityKeyId key = id("security_key", id, SecurityKeyId::of);
        keys.remove(key, orNone(body).as(LoginRequests.CodeJson.class).code());
        return Response.noContent().build();
    }
}
