package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_ATTRIBUTES;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_COUNT;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_EXCLUDED_ATTRIBUTES;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_FILTER;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_START_INDEX;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryPage;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.UserAttributes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Agents as users of SCIM. */
@Path("scim/v2/Users")
@InsightDeskApi
@Produces({ScimResource.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public final class ScimUsersResource extends ScimResource {
    /** Made for each request. */
    public ScimUsersResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listScimUsers",
            value = "Lists users, a page at a time (SCIM, RFC 7644).",
            response = ScimUserJson.class,
            scim = true,
            page = true,
            query = {SCIM_FILTER, SCIM_START_INDEX, SCIM_COUNT, SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response list() {
        ScimAttributes attributes = attributes();
        DirectoryQuery query = page(ScimFilters.users().read(parameter(SCIM_FILTER)));
        DirectoryPage<DirectoryUser> page = desk().directory().listUsers(query);
        ScimPlaces places = places();
        return list(
                page.total(),
                query.offset() + 1,
                page.items().stream()
                        .map(user -> attributes.of(ScimUsers.json(user, places)))
                        .toList());
    }

    /** Makes one. */
    @POST
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "createScimUser",
            value = "Makes a user, or brings back the one of this userName that was deleted (SCIM, RFC 7644).",
            status = 201,
            request = ScimRequests.NewScimUserJson.class,
            response = ScimUserJson.class,
            scim = true,
            errors = {409, 422},
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        UserAttributes wanted = ScimUsers.made(given.tree());
        ScimAttributes attributes = attributes();
        ScimPlaces places = places();
        return once(
                given.bytes(),
                desk -> answer(201, ScimUsers.json(desk.directory().createUser(wanted), places), attributes));
    }

    /** Reads one. */
    @GET
    @Path("{agent}")
    @Operation(
            id = "getScimUser",
            value = "Reads a user (SCIM, RFC 7644).",
            response = ScimUserJson.class,
            scim = true,
            errors = 404,
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response get(@PathParam("agent") String id) {
        return read(ScimUsers.json(desk().directory().getUser(id("agent", id, AgentId::of)), places()));
    }

    /** Replaces one. */
    @PUT
    @Path("{agent}")
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "replaceScimUser",
            value = "Replaces what is known of a user (SCIM, RFC 7644).",
            request = ScimRequests.NewScimUserJson.class,
            response = ScimUserJson.class,
            scim = true,
            errors = {404, 409, 412, 422},
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response replace(@PathParam("agent") String id, @Nullable JsonBody body) {
        JsonNode wanted = orNone(body).tree();
        return change(id, before -> ScimUsers.replaced(wanted, before));
    }

    /** Changes one. */
    @PATCH
    @Path("{agent}")
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeScimUser",
            value = "Changes a user by operations, all or none (SCIM, RFC 7644).",
            request = ScimRequests.ScimPatchJson.class,
            response = ScimUserJson.class,
            scim = true,
            errors = {404, 409, 412, 422},
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response change(@PathParam("agent") String id, @Nullable JsonBody body) {
        ScimPatch patch = ScimPatch.of(orNone(body).tree());
        return change(id, before -> ScimUsers.patched(patch, before));
    }

    private Response change(String id, UnaryOperator<UserAttributes> change) {
        ScimAttributes attributes = attributes();
        DirectoryUser changed = desk().directory().changeUser(id("agent", id, AgentId::of), expectedVersion(), change);
        return answer(200, ScimUsers.json(changed, places()), attributes).toResponse();
    }

    /** Removes one. */
    @DELETE
    @Path("{agent}")
    @Operation(
            id = "deleteScimUser",
            value = "Deletes a user: the agent stays, works here no longer and is seen no more (SCIM, RFC 7644).",
            status = 204,
            scim = true,
            errors = {404, 409, 412},
            versioned = true)
    public Response remove(@PathParam("agent") String id) {
        desk().directory().removeUser(id("agent", id, AgentId::of), expectedVersion());
        return Response.noContent().build();
    }
}
