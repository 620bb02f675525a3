package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_ACTIVE;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.AgentPage;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.NewAgent;
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
import org.jspecify.annotations.Nullable;

/** Agents: people who answer. */
@Path("agents")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AgentsResource extends ApiResource {
    /** Made for each request. */
    public AgentsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listAgents",
            value = "Lists agents, a page at a time.",
            response = AgentJson.class,
            page = true,
            query = {LIMIT, CURSOR, FILTER_ACTIVE})
    public Response list() {
        Query query = query();
        Boolean active = query.value(FILTER_ACTIVE, AgentsResource::flag);
        int limit = query.limit();
        query.done();
        AgentPage page = desk().agents().list(new AgentQuery(active, query.text(CURSOR), limit));
        return page(query, page.items().stream().map(AgentJson::of).toList(), page.nextCursor());
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createAgent",
            value = "Makes an agent.",
            status = 201,
            request = PeopleRequests.NewAgentJson.class,
            response = AgentJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewAgentJson request = given.as(PeopleRequests.NewAgentJson.class);
        NewAgent wanted = new NewAgent(request.name(), request.email(), request.role(), request.externalId());
        return once(given.bytes(), desk -> {
            Agent made = desk.agents().create(wanted);
            return Answer.of(201, AgentJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("agents", made.id().toString()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{agent}")
    @Operation(
            id = "getAgent",
            value = "Reads one of the agents.",
            response = AgentJson.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("agent") String id) {
        Agent found = desk().agents().get(id("agent", id, AgentId::of));
        return read(AgentJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{agent}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeAgent",
            value = "Changes what is mentioned; see RFC 7396.",
            request = PeopleRequests.AgentPatch.class,
            response = AgentJson.class,
            errors = {404, 409, 412, 422},
            versioned = true)
    public Response change(@PathParam("agent") String id, @Nullable JsonBody body) {
        PeopleRequests.AgentPatch patch = orNone(body).as(PeopleRequests.AgentPatch.class);
        AgentChange.Builder builder = AgentChange.builder();
        if (patch.name() != null) {
            builder.name(patch.name());
        }
        if (patch.email() != null) {
            builder.email(patch.email());
        }
        if (patch.role() != null) {
            builder.role(patch.role());
        }
        if (patch.active() != null) {
            builder.active(patch.active());
        }
        if (patch.externalId() != null) {
            String externalId = patch.externalId().value();
            if (externalId == null) {
                builder.removeExternalId();
            } else {
                builder.externalId(externalId);
            }
        }
        AgentChange change = builder.build();
        Agent changed = desk().agents().change(id("agent", id, AgentId::of), expectedVersion(), change);
        return Answer.of(200, AgentJson.of(changed), changed.version()).toResponse();
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidInputException("", "invalid_value", "This is either true or false.");
        };
    }
}
