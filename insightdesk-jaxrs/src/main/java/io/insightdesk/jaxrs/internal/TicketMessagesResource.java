package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessagePage;
import io.insightdesk.conversation.NewMessage;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The conversation of a ticket. */
@Path("tickets/{ticket}/messages")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketMessagesResource extends TicketSupport {
    /** Made for each request. */
    public TicketMessagesResource() {}

    /** Lists the conversation. */
    @GET
    @Operation(
            id = "listMessages",
            value = "Lists a conversation, oldest first, notes included.",
            response = MessageJson.class,
            page = true,
            query = {LIMIT, CURSOR},
            errors = 404)
    public Response list(@PathParam("ticket") String reference) {
        Query query = query();
        int limit = query.limit();
        query.done();
        Desk desk = desk();
        MessagePage page = desk.conversations().list(ticketId(desk, reference), query.text(CURSOR), limit);
        return page(query, page.items().stream().map(this::json).toList(), page.nextCursor());
    }

    /** Answers the customer. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createMessage",
            value = "Answers the customer; the answer leaves by mail where the customer has an address.",
            status = 201,
            request = Requests.ReplyJson.class,
            response = MessageJson.class,
            errors = {404, 409})
    public Response reply(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        JsonBody given = orNone(body);
        Requests.ReplyJson request = given.as(Requests.ReplyJson.class);
        NewMessage message =
                message(request.text(), request.html(), request.attachmentIds(), request.to(), request.cc());
        return once(given.bytes(), desk -> {
            Message made = desk.conversations().reply(ticketId(desk, reference), message);
            return Answer.of(201, json(made))
                    .with(HttpHeaders.LOCATION, path("messages", made.id().toString()));
        });
    }
}
