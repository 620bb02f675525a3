package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.Desk;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** What happened to a ticket. */
@Path("tickets/{ticket}/events")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketEventsResource extends TicketSupport {
    /** Made for each request. */
    public TicketEventsResource() {}

    /** Lists the events. */
    @GET
    @Operation(
            id = "listTicketEvents",
            value = "Lists what happened to a ticket, oldest first.",
            response = EventJson.class,
            page = true,
            query = {LIMIT, CURSOR},
            errors = 404)
    public Response list(@PathParam("ticket") String reference) {
        Query query = query();
        int limit = query.limit();
        String after = query.value(CURSOR, text -> PlainCursor.read("event", text, "[0-9]{1,18}"));
        query.done();
        Desk desk = desk();
        ActivityQuery wanted = new ActivityQuery(after == null ? 0 : Long.parseLong(after), limit);
        List<Event> events = desk.tickets().activity(ticketId(desk, reference), wanted);
        String next = events.size() < limit
                ? null
                : PlainCursor.write("event", Long.toString(events.get(limit - 1).ticketSeq()));
        return page(query, events.stream().map(EventJson::of).toList(), next);
    }
}
