package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketChanged;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.Tickets;
import io.insightdesk.transfer.LongOperation;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes of many tickets. */
@Path("tickets/bulk")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketsBulkResource extends TicketSupport {
    /** Made for each request. */
    public TicketsBulkResource() {}

    /** Changes them. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "changeTickets",
            value =
                    "Changes many tickets alike: up to 100 at once, each changed or refused for itself; more, or all that a filter finds, "
                            + "by a job, whose operation tells how far it is.",
            request = BulkRequests.BulkJson.class,
            response = BulkRequests.BulkAnswerJson.class,
            accepted = OperationJson.class)
    public Response change(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        BulkRequests.BulkJson request = given.as(BulkRequests.BulkJson.class);
        List<BulkRequests.BulkTicket> listed = request.tickets();
        BulkRequests.BulkFilter filter = request.filter();
        Violations violations = new Violations();
        if ((listed == null) == (filter == null)) {
            violations.add("/tickets", "required", "Say which tickets by tickets or by filter, one of the two.");
        }
        TicketChange change = part("/change", violations, () -> change(request.change()));
        TicketQuery query = filter == null ? null : part("/filter", violations, () -> query(filter));
        violations.throwIfAny();
        if (change == null) {
            throw new IllegalStateException("no violation and no value");
        }
        if (listed == null) {
            TicketQuery wanted = query == null ? TicketQuery.builder().build() : query;
            return later(given, desk -> desk.bulkChanges().change(wanted, change));
        }
        List<TicketVersion> tickets = listed.stream()
                .map(ticket -> new TicketVersion(ticket.id(), ticket.version()))
                .toList();
        return tickets.size() > Tickets.MAX_CHANGES_AT_ONCE
                ? later(given, desk -> desk.bulkChanges().change(tickets, change))
                : once(given.bytes(), desk -> now(desk, tickets, change));
    }

    private static Answer now(Desk desk, List<TicketVersion> tickets, TicketChange change) {
        List<TicketChanged> outcomes = desk.tickets().changeAll(tickets, change);
        List<BulkRequests.BulkResultJson> results = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            results.add(result(outcomes.get(i), tickets.get(i).version() != null));
        }
        return Answer.of(200, new BulkRequests.BulkAnswerJson(results));
    }

    private static BulkRequests.BulkResultJson result(TicketChanged outcome, boolean conditional) {
        InsightDeskException refusal = outcome.refusal().orElse(null);
        if (refusal == null) {
            return new BulkRequests.BulkResultJson(
                    outcome.id().value(),
                    200,
                    outcome.ticket().map(Ticket::version).orElse(null),
                    null,
                    null);
        }
        // What is wrong with a value is wrong in the same place for each ticket, and said in words here.
        String detail = refusal instanceof InvalidInputException invalid
                ? invalid.violations().get(0).message()
                : String.valueOf(refusal.getMessage());
        return new BulkRequests.BulkResultJson(
                outcome.id().value(),
                Problems.of(refusal, null, conditional).getStatus(),
                null,
                refusal instanceof InvalidInputException invalid
                        ? invalid.violations().get(0).code()
                        : refusal.code(),
                detail);
    }

    private Response later(JsonBody given, Function<Desk, LongOperation> work) {
        return once(given.bytes(), desk -> {
            LongOperation operation = work.apply(desk);
            return Answer.of(202, OperationJson.of(operation))
                    .with(
                            HttpHeaders.LOCATION,
                            path("operations", operation.id().toString()));
        });
    }

    private static TicketQuery query(BulkRequests.BulkFilter filter) {
        TicketQuery.Builder query = TicketQuery.builder()
                .priority(filter.priority())
                .channel(filter.channel())
                .requester(filter.requester())
                .organization(filter.organization())
                .assignee(filter.assignee())
                .team(filter.team())
                .tag(filter.tag());
        orEmpty(filter.status()).forEach(query::status);
        if (Boolean.TRUE.equals(filter.unassigned())) {
            query.unassigned();
        }
        return query.build();
    }

    private static TicketChange change(BulkRequests.BulkPatch patch) {
        TicketChange.Builder change = TicketChange.builder();
        if (patch.subject() != null) {
            change.subject(patch.subject());
        }
        if (patch.status() != null) {
            change.status(patch.status());
        }
        if (patch.priority() != null) {
            change.priority(patch.priority());
        }
        if (patch.assignee() != null) {
            change.assignee(patch.assignee().value());
        }
        if (patch.team() != null) {
            change.team(patch.team().value());
        }
        if (patch.tags() != null) {
            change.tags(patch.tags());
        }
        orEmpty(patch.addTags()).forEach(change::addTag);
        orEmpty(patch.removeTags()).forEach(change::removeTag);
        if (patch.customFields() != null) {
            patch.customFields().forEach(change::customField);
        }
        return change.build();
    }
}
