package io.insightdesk.jaxrs.internal;

import io.insightdesk.identity.AgentId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** How an agent logs in, for who administers agents. */
@Path("agents/{agent}/login")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AgentLoginResource extends ApiResource {
    /** Made for each request. */
    public AgentLoginResource() {}

    /** Invites. */
    @POST
    @Path("invitation")
    @Operation(
            id = "inviteAgent",
            value = "Has a mail sent by which the agent can choose a password.",
            status = 204,
            errors = {404, 409})
    public Response invite(@PathParam("agent") String id) {
        AgentId agent = id("agent", id, AgentId::of);
        return onceSilently(desk -> desk.agentLogins().invite(agent));
    }

    /** Sets a password. */
    @POST
    @Path("password")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "setAgentPassword",
            value = "Sets the agent's password, and ends all sessions of the agent.",
            status = 204,
            request = LoginRequests.PasswordJson.class,
            errors = {404, 409},
            idempotencyKey = false)
    public Response password(@PathParam("agent") String id, @Nullable JsonBody body) {
        LoginRequests.PasswordJson request = orNone(body).as(LoginRequests.PasswordJson.class);
        desk().agentLogins().setPassword(id("agent", id, AgentId::of), request.password());
        return Response.noContent().build();
    }

    /** Lists sessions. */
    @GET
    @Path("sessions")
    @Operation(
            id = "listAgentSessions",
            value = "Lists the agent's sessions, the newest first; at most 100, in one page.",
            response = SessionJson.class,
            page = true,
            errors = {404, 409})
    public Response sessions(@PathParam("agent") String id) {
        return page(
                query(),
                desk().agentLogins().sessions(id("agent", id, AgentId::of)).stream()
                        .map(session -> SessionJson.of(session, null))
                        .toList(),
                null);
    }

    /** Ends sessions. */
    @DELETE
    @Path("sessions")
    @Operation(
            id = "endAgentSessions",
            value = "Ends all sessions of the agent.",
            response = SessionJson.EndedSessionsJson.class,
            errors = {404, 409})
    public Response endSessions(@PathParam("agent") String id) {
        int ended = desk().agentLogins().endSessions(id("agent", id, AgentId::of));
        return Answer.of(200, new SessionJson.EndedSessionsJson(ended)).toResponse();
    }

    /** Removes the second factor. */
    @DELETE
    @Path("mfa")
    @Operation(
            id = "removeAgentSecondFactor",
            value =
                    "Removes the agent's authenticator, security keys and recovery codes, and ends all sessions of the agent.",
            status = 204,
            errors = {404, 409})
    public Response removeSecondFactor(@PathParam("agent") String id) {
        desk().agentLogins().removeAuthenticator(id("agent", id, AgentId::of));
        return Response.noContent().build();
    }
}
