package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.error.Violations;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tags of a ticket. */
@Path("tickets/{ticket}/tags")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketTagsResource extends TicketSupport {
    /** Made for each request. */
    public TicketTagsResource() {}

    /** Lists the tags. */
    @GET
    @Operation(
            id = "getTicketTags",
            value = "Reads a ticket's tags, in alphabetical order.",
            response = TagsAnswer.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("ticket") String reference) {
        Ticket ticket = ticket(desk(), reference);
        return read(new TagsAnswer(ticket.tags()), ticket.version());
    }

    /** Replaces the tags. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "replaceTicketTags",
            value = "Replaces all tags of a ticket.",
            request = Requests.TagsJson.class,
            response = TagsAnswer.class,
            errors = {404, 412},
            versioned = true)
    public Response replace(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        TicketChange change = TicketChange.builder()
                .tags(orNone(body).as(Requests.TagsJson.class).tags())
                .build();
        return answer(desk(), reference, change).toResponse();
    }

    /** Adds tags. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "addTicketTags",
            value = "Adds tags to a ticket.",
            request = Requests.TagsJson.class,
            response = TagsAnswer.class,
            errors = {404, 412},
            versioned = true)
    public Response add(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        JsonBody given = orNone(body);
        TicketChange.Builder change = TicketChange.builder();
        given.as(Requests.TagsJson.class).tags().forEach(change::addTag);
        TicketChange built = change.build();
        return once(given.bytes(), desk -> answer(desk, reference, built));
    }

    /** Removes a tag. */
    @DELETE
    @Path("{tag}")
    @Operation(
            id = "removeTicketTag",
            value = "Removes a tag from a ticket; nothing happens where the ticket has not got it.",
            response = TagsAnswer.class,
            errors = {404, 412},
            versioned = true)
    public Response remove(@PathParam("ticket") String reference, @PathParam("tag") String tag) {
        Violations violations = new Violations();
        RequestReader.checkText(tag, "/tag", violations);
        violations.throwIfAny();
        return answer(desk(), reference, TicketChange.builder().removeTag(tag).build())
                .toResponse();
    }

    private Answer answer(Desk desk, String reference, TicketChange change) {
        Ticket ticket = desk.tickets().change(ticketId(desk, reference), expectedVersion(), change);
        return Answer.of(200, new TagsAnswer(ticket.tags()), ticket.version());
    }

    /** A ticket's tags. */
    record TagsAnswer(
            @Text(value = "The tags, in alphabetical order.", example = "hardware")
            List<String> items) implements Wire {}
}
