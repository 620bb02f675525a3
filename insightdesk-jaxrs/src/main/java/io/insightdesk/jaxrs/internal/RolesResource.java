package io.insightdesk.jaxrs.internal;

import io.insightdesk.customer.OrganizationId;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Roles: what people who answer, and programs, may do. */
@Path("roles")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class RolesResource extends ApiResource {
    /** Made for each request. */
    public RolesResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listRoles",
            value = "Lists all roles: those that are built in, and the tenant's own by name. There is one page.",
            response = RoleJson.class,
            page = true)
    public Response list() {
        Query query = query();
        query.done();
        return page(query, desk().roles().list().stream().map(RoleJson::of).toList(), null);
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createRole",
            value = "Makes a role; it can hold what the caller may do, and no more.",
            status = 201,
            request = PeopleRequests.NewRoleJson.class,
            response = RoleJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewRoleJson request = given.as(PeopleRequests.NewRoleJson.class);
        TicketScope tickets = tickets(request.tickets());
        NewRole wanted = new NewRole(
                request.role(),
                request.name(),
                permissions(request.permissions()),
                tickets == null ? TicketScope.ALL : tickets);
        return once(given.bytes(), desk -> {
            RoleDefinition made = desk.roles().create(wanted);
            return Answer.of(201, RoleJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("roles", made.role().wireName()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{role}")
    @Operation(id = "getRole", value = "Reads a role.", response = RoleJson.class, errors = 404, versioned = true)
    public Response get(@PathParam("role") String role) {
        RoleDefinition found = desk().roles().get(id("role", role, Role::of));
        return read(RoleJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{role}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeRole",
            value = "Changes what is mentioned of a role of the tenant's own; see RFC 7396.",
            request = PeopleRequests.RolePatch.class,
            response = RoleJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("role") String role, @Nullable JsonBody body) {
        PeopleRequests.RolePatch patch = orNone(body).as(PeopleRequests.RolePatch.class);
        RoleChange change = new RoleChange(
                patch.name(),
                patch.permissions() == null ? null : permissions(patch.permissions()),
                tickets(patch.tickets()));
        RoleDefinition changed = desk().roles().change(id("role", role, Role::of), expectedVersion(), change);
        return Answer.of(200, RoleJson.of(changed), changed.version()).toResponse();
    }

    /** Removes one. */
    @DELETE
    @Path("{role}")
    @Operation(
            id = "removeRole",
            value = "Removes a role of the tenant's own that nobody has.",
            status = 204,
            errors = {404, 409})
    public Response remove(@PathParam("role") String role) {
        desk().roles().remove(id("role", role, Role::of));
        return Response.noContent().build();
    }

    private static Set<Permission> permissions(List<Permission> permissions) {
        return permissions.isEmpty() ? Set.of() : EnumSet.copyOf(permissions);
    }

    private static @Nullable TicketScope tickets(PeopleRequests.@Nullable TicketsJson tickets) {
        if (tickets == null) {
            return null;
        }
        List<OrganizationId> organizations = tickets.organizations();
        return new TicketScope(
                tickets.kind(),
                organizations == null
                        ? Set.of()
                        : organizations.stream().map(OrganizationId::value).collect(Collectors.toSet()));
    }
}
