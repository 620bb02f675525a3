package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TeamPage;
import io.insightdesk.identity.TeamQuery;
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

/** Teams: groups of agents. */
@Path("teams")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TeamsResource extends ApiResource {
    /** Made for each request. */
    public TeamsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listTeams",
            value = "Lists teams, a page at a time.",
            response = TeamJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        TeamPage page = desk().teams().list(new TeamQuery(query.text(CURSOR), limit));
        return page(query, page.items().stream().map(TeamJson::of).toList(), page.nextCursor());
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createTeam",
            value = "Makes a team.",
            status = 201,
            request = PeopleRequests.NewTeamJson.class,
            response = TeamJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewTeamJson request = given.as(PeopleRequests.NewTeamJson.class);
        List<AgentId> members = request.members();
        NewTeam wanted = new NewTeam(
                request.name(), members == null ? List.of() : members, Boolean.TRUE.equals(request.membersOnly()));
        return once(given.bytes(), desk -> {
            Team made = desk.teams().create(wanted);
            return Answer.of(201, TeamJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("teams", made.id().toString()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{team}")
    @Operation(
            id = "getTeam",
            value = "Reads one of the teams.",
            response = TeamJson.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("team") String id) {
        Team found = desk().teams().get(id("team", id, TeamId::of));
        return read(TeamJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{team}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeTeam",
            value = "Changes what is mentioned; see RFC 7396.",
            request = PeopleRequests.TeamPatch.class,
            response = TeamJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("team") String id, @Nullable JsonBody body) {
        PeopleRequests.TeamPatch patch = orNone(body).as(PeopleRequests.TeamPatch.class);
        TeamChange change = new TeamChange(patch.name(), patch.members(), patch.membersOnly());
        Team changed = desk().teams().change(id("team", id, TeamId::of), expectedVersion(), change);
        return Answer.of(200, TeamJson.of(changed), changed.version()).toResponse();
    }
}
