package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.LAST_EVENT_ID;
import static io.insightdesk.jaxrs.internal.QueryParameter.TICKET_ID;
import static io.insightdesk.jaxrs.internal.QueryParameter.TYPES;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.event.EventStream;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.ticket.TicketId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What happens to tickets, as it happens. */
@Path("events/stream")
@InsightDeskApi
public final class EventStreamResource extends ApiResource {
    private static final String LAST_EVENT_ID_HEADER = "Last-Event-ID";

    /** Made for each request. */
    public EventStreamResource() {}

    /** Tells what happens until the caller goes. */
    @GET
    @Produces(EventStreamBody.MEDIA_TYPE)
    @Operation(
            id = "streamEvents",
            value = "Tells what happens to tickets, as Server-Sent Events, for as long as the caller listens.",
            responseMedia = EventStreamBody.MEDIA_TYPE,
            streams = true,
            query = {TICKET_ID, TYPES, LAST_EVENT_ID})
    public Response stream() {
        EventStream stream = open();
        Response.ResponseBuilder answer = Response.ok()
                .type(EventStreamBody.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                // Has nginx pass on what comes, instead of filling a buffer first.
                .header("X-Accel-Buffering", "no");
        return answer.entity(new EventStreamBody(stream)).build();
    }

    /** Answers without a stream; some implementations would answer this by a GET whose body has no end. */
    @HEAD
    @Produces(EventStreamBody.MEDIA_TYPE)
    @Operation(
            id = "headEvents",
            value = "Tells whether there is a stream for the caller.",
            responseMedia = EventStreamBody.MEDIA_TYPE,
            documented = false,
            query = {TICKET_ID, TYPES, LAST_EVENT_ID})
    public Response head() {
        open().close();
        return Response.ok().type(EventStreamBody.MEDIA_TYPE).build();
    }

    private EventStream open() {
        Query query = query();
        UUID ticket = query.value(TICKET_ID, text -> TicketId.of(text).value());
        List<String> types = query.values(TYPES, EventStreamResource::type);
        String asked = query.text(LAST_EVENT_ID);
        query.done();
        String known = header(LAST_EVENT_ID_HEADER);
        String after = known == null || known.isEmpty() ? asked : known;
        try {
            return desk().liveEvents()
                    .open(new LiveEventQuery(
                            after == null || after.isEmpty() ? null : after, ticket, Set.copyOf(types)));
        } catch (InvalidInputException e) {
            Violation first = e.violations().get(0);
            throw new InvalidInputException(
                    Query.PREFIX + (first.code().equals("invalid_cursor") ? LAST_EVENT_ID : TYPES).wireName(),
                    first.code(),
                    first.message());
        }
    }

    private static String type(String text) {
        return new LiveEventQuery(null, null, Set.of(text)).types().iterator().next();
    }
}
