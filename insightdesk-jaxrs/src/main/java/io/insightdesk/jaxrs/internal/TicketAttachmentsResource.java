package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.Desk;
import io.insightdesk.conversation.MessagePage;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The files of a ticket. */
@Path("tickets/{ticket}/attachments")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketAttachmentsResource extends TicketSupport {
    /** Made for each request. */
    public TicketAttachmentsResource() {}

    /** Lists the files. */
    @GET
    @Operation(
            id = "listTicketAttachments",
            value = "Lists the files of a page of messages, oldest first; limit counts messages.",
            response = AttachmentJson.class,
            page = true,
            query = {LIMIT, CURSOR},
            errors = 404)
    public Response list(@PathParam("ticket") String reference) {
        Query query = query();
        int limit = query.limit();
        query.done();
        Desk desk = desk();
        MessagePage page = desk.conversations().list(ticketId(desk, reference), query.text(CURSOR), limit);
        List<AttachmentJson> files = page.items().stream()
                .flatMap(message -> message.attachments().stream())
                .map(this::json)
                .toList();
        return page(query, files, page.nextCursor());
    }
}
