package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_ATTRIBUTES;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_COUNT;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_EXCLUDED_ATTRIBUTES;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_FILTER;
import static io.insightdesk.jaxrs.internal.QueryParameter.SCIM_START_INDEX;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.identity.DirectoryGroup;
import io.insightdesk.identity.DirectoryPage;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.TeamId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Teams as groups of SCIM. */
@Path("scim/v2/Groups")
@InsightDeskApi
@Produces({ScimResource.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public final class ScimGroupsResource extends ScimResource {
    private static final String MEMBERS = "members";

    /** Made for each request. */
    public ScimGroupsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listScimGroups",
            value = "Lists groups, a page at a time (SCIM, RFC 7644).",
            response = ScimGroupJson.class,
            scim = true,
            page = true,
            query = {SCIM_FILTER, SCIM_START_INDEX, SCIM_COUNT, SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response list() {
        ScimAttributes attributes = attributes();
        boolean members = attributes.has(MEMBERS);
        DirectoryQuery query = page(ScimFilters.groups().read(parameter(SCIM_FILTER)));
        DirectoryPage<DirectoryGroup> page = desk().directory().listGroups(query, members);
        ScimPlaces places = places();
        return list(
                page.total(),
                query.offset() + 1,
                page.items().stream()
                        .map(group -> attributes.of(ScimGroups.json(group, members, places)))
                        .toList());
    }

    /** Makes one. */
    @POST
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "createScimGroup",
            value = "Makes a group, or brings back the one of this displayName that was deleted (SCIM, RFC 7644).",
            status = 201,
            request = ScimRequests.NewScimGroupJson.class,
            response = ScimGroupJson.class,
            scim = true,
            errors = 409,
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        GroupAttributes wanted = ScimGroups.made(given.tree());
        ScimAttributes attributes = attributes();
        ScimPlaces places = places();
        return once(
                given.bytes(),
                desk -> answer(201, ScimGroups.json(desk.directory().createGroup(wanted), true, places), attributes));
    }

    /** Reads one. */
    @GET
    @Path("{team}")
    @Operation(
            id = "getScimGroup",
            value = "Reads a group (SCIM, RFC 7644).",
            response = ScimGroupJson.class,
            scim = true,
            errors = 404,
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response get(@PathParam("team") String id) {
        boolean members = attributes().has(MEMBERS);
        DirectoryGroup group = desk().directory().getGroup(id("team", id, TeamId::of), members);
        return read(ScimGroups.json(group, members, places()));
    }

    /** Replaces one. */
    @PUT
    @Path("{team}")
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "replaceScimGroup",
            value = "Replaces what is known of a group (SCIM, RFC 7644).",
            request = ScimRequests.NewScimGroupJson.class,
            response = ScimGroupJson.class,
            scim = true,
            errors = {404, 409, 412},
            versioned = true,
            query = {SCIM_ATTRIBUTES, SCIM_EXCLUDED_ATTRIBUTES})
    public Response replace(@PathParam("team") String id, @Nullable JsonBody body) {
        JsonNode wanted = orNone(body).tree();
        ScimAttributes attributes = attributes();
        DirectoryGroup changed = desk().directory()
                .changeGroup(
                        id("team", id, TeamId::of), expectedVersion(), before -> ScimGroups.replaced(wanted, before));
        return answer(200, ScimGroups.json(changed, true, places()), attributes).toResponse();
    }

    /** Changes one. Answers it only where attributes are asked for, for a large group has a large answer. */
    @PATCH
    @Path("{team}")
    @Consumes({MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeScimGroup",
            value =
                    "Changes a group by operations, all or none; 200 with the attributes that are asked for (SCIM, RFC 7644).",
            status = 204,
            otherStatus = 200,
            request = ScimRequests.ScimPatchJson.class,
            scim = true,
            errors = {404, 409, 412},
            versioned = true,
            query = {SCIM_ATTRIBUTES})
    public Response change(@PathParam("team") String id, @Nullable JsonBody body) {
        ScimPatch patch = ScimPatch.of(orNone(body).tree());
        ScimAttributes attributes = attributes();
        DirectoryGroup changed = desk().directory()
                .changeGroup(
                        id("team", id, TeamId::of), expectedVersion(), before -> ScimGroups.patched(patch, before));
        ObjectNode json = ScimGroups.json(changed, true, places());
        if (attributes.only().isEmpty()) {
            return Response.noContent()
                    .header(HttpHeaders.ETAG, json.at("/meta/version").textValue())
                    .build();
        }
        return answer(200, json, attributes).toResponse();
    }

    /** Removes one. */
    @DELETE
    @Path("{team}")
    @Operation(
            id = "deleteScimGroup",
            value = "Deletes a group: the team stays, without members, and is seen no more (SCIM, RFC 7644).",
            status = 204,
            scim = true,
            errors = {404, 409, 412},
            versioned = true)
    public Response remove(@PathParam("team") String id) {
        desk().directory().removeGroup(id("team", id, TeamId::of), expectedVersion());
        return Response.noContent().build();
    }
}
