package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_ASSIGNEE;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_CHANNEL;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_ORGANIZATION;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_PRIORITY;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_REQUESTER;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_STATUS;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_TAG;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_TEAM;
import static io.insightdesk.jaxrs.internal.QueryParameter.INCLUDE;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;
import static io.insightdesk.jaxrs.internal.QueryParameter.SORT;

import io.insightdesk.Desk;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tickets. */
@Path("tickets")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TicketsResource extends TicketSupport {
    private static final Map<String, TicketQuery.Sort> SORTS = Map.of(
            "createdAt",
            TicketQuery.Sort.CREATED_ASC,
            "-createdAt",
            TicketQuery.Sort.CREATED_DESC,
            "updatedAt",
            TicketQuery.Sort.UPDATED_ASC,
            "-updatedAt",
            TicketQuery.Sort.UPDATED_DESC);

    /** Made for each request. */
    public TicketsResource() {}

    /** Lists tickets. */
    @GET
    @Operation(
            id = "listTickets",
            value = "Lists tickets, a page at a time.",
            response = TicketJson.class,
            page = true,
            query = {
                LIMIT,
                CURSOR,
                SORT,
                FILTER_STATUS,
                FILTER_PRIORITY,
                FILTER_CHANNEL,
                FILTER_REQUESTER,
                FILTER_ORGANIZATION,
                FILTER_ASSIGNEE,
                FILTER_TEAM,
                FILTER_TAG,
                INCLUDE
            })
    public Response list() {
        Query query = query();
        TicketQuery.Builder wanted = TicketQuery.builder()
                .limit(query.limit())
                .cursor(query.text(CURSOR))
                .priority(query.value(FILTER_PRIORITY, TicketPriority::of))
                .channel(query.value(FILTER_CHANNEL, Channel::of))
                .requester(query.value(FILTER_REQUESTER, CustomerId::of))
                .organization(query.value(FILTER_ORGANIZATION, OrganizationId::of))
                .team(query.value(FILTER_TEAM, TeamId::of))
                .tag(query.text(FILTER_TAG));
        query.values(FILTER_STATUS, TicketStatus::of).forEach(wanted::status);
        if ("none".equals(query.text(FILTER_ASSIGNEE))) {
            wanted.unassigned();
        } else {
            wanted.assignee(query.value(FILTER_ASSIGNEE, AgentId::of));
        }
        TicketQuery.Sort sort = query.value(SORT, TicketsResource::sort);
        if (sort != null) {
            wanted.sort(sort);
        }
        List<TicketInclude> include = query.values(INCLUDE, TicketInclude::of);
        query.done();
        Desk desk = desk();
        TicketPage page = desk.tickets().list(wanted.build());
        Map<CustomerId, Customer> requesters = requesters(desk, page.items());
        IncludedJson included = included(desk, include, page.items(), requesters);
        return page(query, json(page.items(), requesters), page.nextCursor(), included);
    }

    private static TicketQuery.Sort sort(String text) {
        TicketQuery.Sort sort = SORTS.get(text);
        if (sort == null) {
            throw new InvalidInputException(
                    "/sort", "invalid_value", "The order is one of createdAt, -createdAt, updatedAt, -updatedAt.");
        }
        return sort;
    }

    /** Makes a ticket. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createTicket",
            value = "Makes a ticket with its first message, which the customer wrote.",
            status = 201,
            request = Requests.NewTicketJson.class,
            response = TicketJson.class,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        Requests.NewTicketJson request = given.as(Requests.NewTicketJson.class);
        Violations violations = new Violations();
        NewTicket ticket = part("", violations, () -> newTicket(request, desk().actor()));
        Requests.FirstMessage first = request.message();
        NewMessage message = part(
                "/message", violations, () -> message(first.text(), first.html(), first.attachmentIds(), null, null));
        violations.throwIfAny();
        if (ticket == null || message == null) {
            throw new IllegalStateException("no violation and no value");
        }
        return once(given.bytes(), desk -> {
            OpenedTicket opened = desk.conversations().open(ticket, message);
            return Answer.of(201, json(desk, opened.ticket()), opened.ticket().version())
                    .with(
                            HttpHeaders.LOCATION,
                            path("tickets", opened.ticket().id().toString()));
        });
    }

    private static NewTicket newTicket(Requests.NewTicketJson request, Actor actor) {
        NewTicket.Builder builder = NewTicket.builder(request.subject())
                .assignee(request.assignee())
                .team(request.team());
        Requests.RequesterJson requester = requester(request, actor);
        if ((requester.id() == null) == (requester.email() == null)) {
            throw new InvalidInputException(
                    "/requester", "required", "Name the requester by id or by email, one of the two.");
        }
        if (requester.id() != null) {
            builder.requester(requester.id());
        }
        if (requester.email() != null) {
            if (EmailAddress.parse(requester.email()).isEmpty()) {
                throw new InvalidInputException(
                        "/requester/email", "invalid_value", "This is not a mail address such as name@example.com.");
            }
            builder.requester(requester.email(), requester.name());
        }
        if (request.priority() != null) {
            builder.priority(request.priority());
        }
        if (request.channel() != null) {
            builder.channel(request.channel());
        }
        orEmpty(request.tags()).forEach(builder::tag);
        if (request.customFields() != null) {
            request.customFields().forEach((name, value) -> {
                if (value != null) {
                    builder.customField(name, value);
                }
            });
        }
        return builder.build();
    }

    /** Whom the request names; a customer who names nobody asks for oneself. */
    private static Requests.RequesterJson requester(Requests.NewTicketJson request, Actor actor) {
        Requests.RequesterJson named = request.requester();
        if (named != null) {
            return named;
        }
        UUID self = actor.type() == ActorType.CUSTOMER ? actor.id() : null;
        return new Requests.RequesterJson(self == null ? null : new CustomerId(self), null, null);
    }

    /** Reads a ticket. */
    @GET
    @Path("{ticket}")
    @Operation(
            id = "getTicket",
            value = "Reads a ticket by its id or number.",
            response = TicketJson.class,
            query = INCLUDE,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("ticket") String reference) {
        Query query = query();
        List<TicketInclude> include = query.values(INCLUDE, TicketInclude::of);
        query.done();
        Desk desk = desk();
        Ticket ticket = ticket(desk, reference);
        Map<CustomerId, Customer> requesters = requesters(desk, List.of(ticket));
        IncludedJson included = included(desk, include, List.of(ticket), requesters);
        return read(TicketJson.of(ticket, requesters.get(ticket.requester()), included), ticket.version());
    }

    /** Changes a ticket. */
    @PATCH
    @Path("{ticket}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeTicket",
            value = "Changes what is mentioned of a ticket; see RFC 7396.",
            request = Requests.TicketPatch.class,
            response = TicketJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        Requests.TicketPatch patch = orNone(body).as(Requests.TicketPatch.class);
        TicketChange change = change(patch);
        Ticket changed = desk().tickets().change(ticketId(desk(), reference), expectedVersion(), change);
        return answer(changed).toResponse();
    }

    private static TicketChange change(Requests.TicketPatch patch) {
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
        if (patch.requester() != null) {
            change.requester(patch.requester().id());
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
        if (patch.customFields() != null) {
            patch.customFields().forEach(change::customField);
        }
        return change.build();
    }

    /** Gives a ticket to an agent. */
    @POST
    @Path("{ticket}/assign")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "assignTicket",
            value = "Gives a ticket to an agent, or to nobody.",
            request = Requests.AssignJson.class,
            response = TicketJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response assign(@PathParam("ticket") String reference, @Nullable JsonBody body) {
        JsonBody given = orNone(body);
        AgentId agent = given.as(Requests.AssignJson.class).assignee().value();
        return step(reference, given, TicketChange.builder().assignee(agent).build());
    }

    /** Marks a ticket as answered. */
    @POST
    @Path("{ticket}/resolve")
    @Operation(
            id = "resolveTicket",
            value = "Marks a ticket as answered; time closes it.",
            response = TicketJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response resolve(@PathParam("ticket") String reference) {
        return step(reference, TicketStatus.RESOLVED);
    }

    /** Ends a ticket. */
    @POST
    @Path("{ticket}/close")
    @Operation(
            id = "closeTicket",
            value = "Ends a ticket for good.",
            response = TicketJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response close(@PathParam("ticket") String reference) {
        return step(reference, TicketStatus.CLOSED);
    }

    /** Takes work up again. */
    @POST
    @Path("{ticket}/reopen")
    @Operation(
            id = "reopenTicket",
            value = "Takes up work on a ticket again.",
            response = TicketJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response reopen(@PathParam("ticket") String reference) {
        return step(reference, TicketStatus.OPEN);
    }

    private Response step(String reference, TicketStatus status) {
        return step(
                reference,
                JsonBody.none(),
                TicketChange.builder().status(status).build());
    }

    private Response step(String reference, JsonBody body, TicketChange change) {
        Long expected = expectedVersion();
        return once(body.bytes(), desk -> {
            Ticket changed = desk.tickets().change(ticketId(desk, reference), expected, change);
            return Answer.of(200, json(desk, changed), changed.version());
        });
    }

    private Answer answer(Ticket ticket) {
        return Answer.of(200, json(desk(), ticket), ticket.version());
    }
}
