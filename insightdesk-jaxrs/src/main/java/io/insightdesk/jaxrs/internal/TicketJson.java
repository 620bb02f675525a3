package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A ticket. */
record TicketJson(
        @Text("The ticket.") UUID id,

        @Text(value = "Its number for people.", example = "1042")
        Long number,

        @Text(value = "What it is about.", example = "Printer on fire")
        String subject,

        @Text("Where it stands.") TicketStatus status,
        @Text("How urgent it is.") TicketPriority priority,
        @Text("How it came in.") Channel channel,
        @Text("Who asks.") Requester requester,

        @Text("The requester's organization, by id.") @Nullable UUID organization,

        @Text("Who works on it: an agent, by id.") @Nullable UUID assignee,
        @Text("The team it belongs to, by id.") @Nullable UUID team,
        @Text("Its tags, in alphabetical order.") List<String> tags,
        @Text("Further fields by name.") Map<String, Object> customFields,
        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed or written to.") Instant updatedAt,
        @Text("When it was resolved.") @Nullable Instant resolvedAt,
        @Text("When it was closed.") @Nullable Instant closedAt,
        @Text("Counts its changes.") Long version,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Text("What include asked for; for tickets of a list it stands beside them.")
        @Nullable IncludedJson included)
        implements Wire {
    /** Who asks. */
    record Requester(
            @Text("The customer.") UUID id,

            @Text(value = "The customer's name; null for who may not read customers.", example = "Ada Lovelace")
            @Nullable String name,

            @Text(value = "The customer's first mail address.", example = "ada@example.com") @Nullable String email) {}

    static TicketJson of(Ticket ticket, @Nullable Customer requester) {
        return of(ticket, requester, null);
    }

    static TicketJson of(Ticket ticket, @Nullable Customer requester, @Nullable IncludedJson included) {
        return new TicketJson(
                ticket.id().value(),
                ticket.number(),
                ticket.subject(),
                ticket.status(),
                ticket.priority(),
                ticket.channel(),
                new Requester(
                        ticket.requester().value(),
                        requester == null ? null : requester.name(),
                        requester == null
                                ? null
                                : requester
                                        .primaryEmail()
                                        .map(EmailAddress::value)
                                        .orElse(null)),
                ticket.organization() == null ? null : ticket.organization().value(),
                ticket.assignee() == null ? null : ticket.assignee().value(),
                ticket.team() == null ? null : ticket.team().value(),
                ticket.tags(),
                ticket.customFields(),
                ticket.createdAt(),
                ticket.updatedAt(),
                ticket.resolvedAt(),
                ticket.closedAt(),
                ticket.version(),
                included);
    }
}
