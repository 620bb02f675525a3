package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;

/** What can be done by SCIM here (RFC 7644, section 4), and what cannot. */
@Path("scim/v2")
@InsightDeskApi
@Produces({ScimResource.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public final class ScimDiscoveryResource extends ScimResource {
    /** Made for each request. */
    public ScimDiscoveryResource() {}

    /** Tells what can be done. */
    @GET
    @Path("ServiceProviderConfig")
    @Operation(
            id = "getScimConfig",
            value = "Tells which parts of SCIM there are (RFC 7643, section 5).",
            response = ScimDiscoveryJson.class,
            scim = true)
    public Response config() {
        return json(ScimSchemas.config(places()));
    }

    /** Tells what resources there are. */
    @GET
    @Path("ResourceTypes")
    @Operation(
            id = "listScimResourceTypes",
            value = "Lists the types of resources (RFC 7643, section 6).",
            response = ScimDiscoveryJson.class,
            scim = true,
            page = true)
    public Response types() {
        return all(ScimSchemas.types(places()));
    }

    /** Tells of one type of resources. */
    @GET
    @Path("ResourceTypes/{name}")
    @Operation(
            id = "getScimResourceType",
            value = "Tells of a type of resources (RFC 7643, section 6).",
            response = ScimDiscoveryJson.class,
            scim = true)
    public Response type(@PathParam("name") String name) {
        return one(ScimSchemas.types(places()), name);
    }

    /** Tells which attributes there are. */
    @GET
    @Path("Schemas")
    @Operation(
            id = "listScimSchemas",
            value = "Lists the attributes of users and groups (RFC 7643, section 7).",
            response = ScimDiscoveryJson.class,
            scim = true,
            page = true)
    public Response schemas() {
        return all(ScimSchemas.schemas(places()));
    }

    /** Tells which attributes one sort of resources has. */
    @GET
    @Path("Schemas/{name}")
    @Operation(
            id = "getScimSchema",
            value = "Tells the attributes of users or of groups (RFC 7643, section 7).",
            response = ScimDiscoveryJson.class,
            scim = true)
    public Response schema(@PathParam("name") String name) {
        return one(ScimSchemas.schemas(places()), name);
    }

    private static Response all(List<ObjectNode> resources) {
        return list(resources.size(), 1, resources);
    }

    private static Response one(List<ObjectNode> resources, String id) {
        for (JsonNode resource : resources) {
            if (resource.at("/id").asText().equals(id)) {
                return json(resource);
            }
        }
        throw new ScimException(404, null, "There is no '" + shortened(id) + "' here.");
    }

    /** Says that nobody is a user by a token. */
    @GET
    @Path("Me")
    @Operation(id = "getScimMe", value = "Is not supported.", scim = true, documented = false)
    public Response me() {
        return notMe();
    }

    /** Says so too. */
    @POST
    @Path("Me")
    @Operation(id = "createScimMe", value = "Is not supported.", scim = true, documented = false)
    public Response createMe() {
        return notMe();
    }

    /** Says so too. */
    @PUT
    @Path("Me")
    @Operation(id = "replaceScimMe", value = "Is not supported.", scim = true, documented = false)
    public Response replaceMe() {
        return notMe();
    }

    /** Says so too. */
    @PATCH
    @Path("Me")
    @Operation(id = "changeScimMe", value = "Is not supported.", scim = true, documented = false)
    public Response changeMe() {
        return notMe();
    }

    /** Says so too. */
    @DELETE
    @Path("Me")
    @Operation(id = "deleteScimMe", value = "Is not supported.", scim = true, documented = false)
    public Response deleteMe() {
        return notMe();
    }

    private static Response notMe() {
        return unsupported("/Me is not supported: a token of a provider is no user.");
    }

    private static Response unsupported(String detail) {
        return Response.status(Response.Status.NOT_IMPLEMENTED)
                .type(MEDIA_TYPE)
                .entity(ScimErrorJson.of(501, null, detail))
                .build();
    }

    /** Says that each request is about one resource. */
    @POST
    @Path("Bulk")
    @Operation(id = "doScimBulk", value = "Is not supported.", scim = true, documented = false)
    public Response bulk() {
        return unsupported("/Bulk is not supported, as ServiceProviderConfig says.");
    }
}
