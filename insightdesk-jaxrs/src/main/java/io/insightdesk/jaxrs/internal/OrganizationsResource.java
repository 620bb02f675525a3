package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.customer.OrganizationPage;
import io.insightdesk.customer.OrganizationQuery;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Organizations: companies of the people who ask. */
@Path("organizations")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class OrganizationsResource extends ApiResource {
    /** Made for each request. */
    public OrganizationsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listOrganizations",
            value = "Lists organizations, a page at a time.",
            response = OrganizationJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        OrganizationPage page = desk().organizations().list(new OrganizationQuery(query.text(CURSOR), limit));
        return page(query, page.items().stream().map(OrganizationJson::of).toList(), page.nextCursor());
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createOrganization",
            value = "Makes an organization.",
            status = 201,
            request = PeopleRequests.NewOrganizationJson.class,
            response = OrganizationJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewOrganizationJson request = given.as(PeopleRequests.NewOrganizationJson.class);
        List<String> domains = request.domains();
        NewOrganization wanted = new NewOrganization(
                request.name(), domains == null ? List.of() : domains, Boolean.TRUE.equals(request.sharedTickets()));
        return once(given.bytes(), desk -> {
            Organization made = desk.organizations().create(wanted);
            return Answer.of(201, OrganizationJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("organizations", made.id().toString()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{organization}")
    @Operation(
            id = "getOrganization",
            value = "Reads one of the organizations.",
            response = OrganizationJson.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("organization") String id) {
        Organization found = desk().organizations().get(id("organization", id, OrganizationId::of));
        return read(OrganizationJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{organization}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeOrganization",
            value = "Changes what is mentioned; see RFC 7396.",
            request = PeopleRequests.OrganizationPatch.class,
            response = OrganizationJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("organization") String id, @Nullable JsonBody body) {
        PeopleRequests.OrganizationPatch patch = orNone(body).as(PeopleRequests.OrganizationPatch.class);
        OrganizationChange change = new OrganizationChange(patch.name(), patch.domains(), patch.sharedTickets());
        Organization changed =
                desk().organizations().change(id("organization", id, OrganizationId::of), expectedVersion(), change);
        return Answer.of(200, OrganizationJson.of(changed), changed.version()).toResponse();
    }
}
