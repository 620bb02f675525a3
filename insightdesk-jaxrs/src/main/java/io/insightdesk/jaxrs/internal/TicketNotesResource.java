package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageKind;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The internal notes of a ticket. */
@Path("tickets/{ticket}/notes")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketNotesResource extends TicketSupport {
    /** Made for each request. */
    public TicketNotesResource() {}

    /** Lists the notes. */
    @GET
    @Operation(
            id = "listNotes",
            value =
                    "Lists the internal notes, oldest first; a page may hold fewer than the limit and still have a next one.",
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
        List<MessageJson> notes = page.items().stream()
                .filter(message -> message.kind() == MessageKind.NOTE)
                .map(this::json)
                .toList();
        return page(query, notes, page.nextCursor());
    }

    /** Writes a note. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createNote",
            value = "Writes an internal note, which no customer sees.",
            status = 201,
            request = Requests.FirstMessage.class,
            response = MessageJson.class,
            errors = 404)
    public Response create(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        JsonBody given = orNone(body);
        Requests.FirstMessage request = given.as(Requests.FirstMessage.class);
        NewMessage note = message(request.text(), request.html(), request.attachmentIds(), null, null);
        return once(given.bytes(), desk -> {
            Message made = desk.conversations().note(ticketId(desk, reference), note);
            return Answer.of(201, json(made))
                    .with(HttpHeaders.LOCATION, path("messages", made.id().toString()));
        });
    }
}
