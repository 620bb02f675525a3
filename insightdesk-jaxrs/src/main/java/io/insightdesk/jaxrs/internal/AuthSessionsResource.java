package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.Account;
import io.insightdesk.login.SessionId;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The sessions of who is logged in. */
@Path("auth/sessions")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class AuthSessionsResource extends ApiResource {
    /** Made for each request. */
    public AuthSessionsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listSessions",
            value = "Lists the own sessions, the newest first; at most 100, in one page.",
            response = SessionJson.class,
            page = true,
            errors = 409)
    public Response list() {
        Account account = desk().account();
        SessionId current = account.currentSession();
        return page(
                query(),
                account.sessions().stream()
                        .map(session -> SessionJson.of(session, current))
                        .toList(),
                null);
    }

    /** Ends one. */
    @DELETE
    @Path("{session}")
    @Operation(
            id = "endSession",
            value = "Ends one of the own sessions.",
            status = 204,
            errors = {404, 409})
    public Response end(@PathParam("session") String id) {
        Account account = desk().account();
        // Before the path is looked at: whoever has no session learns nothing about it.
        SessionId current = account.currentSession();
        SessionId ended = id("session", id, SessionId::of);
        account.endSession(ended);
        Response done = Response.noContent().build();
        return ended.equals(current) && cookie(LoginCookies.ACCESS) != null ? LoginCookies.without(done) : done;
    }

    /** Ends all. */
    @DELETE
    @Operation(
            id = "endAllSessions",
            value = "Ends all of the own sessions, this one too.",
            response = SessionJson.EndedSessionsJson.class,
            errors = 409)
    public Response endAll() {
        int ended = desk().account().endAllSessions();
        Response done = Answer.of(200, new SessionJson.EndedSessionsJson(ended)).toResponse();
        return cookie(LoginCookies.ACCESS) == null ? done : LoginCookies.without(done);
    }
}
