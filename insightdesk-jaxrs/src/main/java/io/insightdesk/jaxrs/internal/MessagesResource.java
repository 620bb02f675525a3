package io.insightdesk.jaxrs.internal;

import io.insightdesk.conversation.MessageId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Single messages. */
@Path("messages")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class MessagesResource extends TicketSupport {
    /** Made for each request. */
    public MessagesResource() {}

    /** Reads a message. */
    @GET
    @Path("{message}")
    @Operation(id = "getMessage", value = "Reads a message.", response = MessageJson.class, tagged = true, errors = 404)
    public Response get(@PathParam("message") String id) {
        return read(json(desk().conversations().get(id("message", id, MessageId::of))));
    }
}
