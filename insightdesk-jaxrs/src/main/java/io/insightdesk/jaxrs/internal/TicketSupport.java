package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Permission;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the resources about tickets have in common. */
abstract class TicketSupport extends ApiResource {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    TicketSupport() {}

    /** Finds a ticket by its id or its number. */
    static Ticket ticket(Desk desk, String reference) {
        if (NUMBER.matcher(reference).matches()) {
            return desk.tickets()
                    .findByNumber(Long.parseLong(reference))
                    .orElseThrow(() -> new NotFoundException("ticket", reference));
        }
        return desk.tickets().get(id("ticket", reference, TicketId::of));
    }

    /** The id of a ticket that is named by its id, which is not looked up, or its number. */
    static TicketId ticketId(Desk desk, String reference) {
        return NUMBER.matcher(reference).matches()
                ? ticket(desk, reference).id()
                : id("ticket", reference, TicketId::of);
    }

    static TicketJson json(Desk desk, Ticket ticket) {
        return TicketJson.of(ticket, seesCustomers(desk) ? desk.customers().get(ticket.requester()) : null);
    }

    private static boolean seesCustomers(Desk desk) {
        return desk.permissions().contains(Permission.CUSTOMER_READ);
    }

    /** The customers who ask, by one statement; none where the actor may not read customers. */
    static Map<CustomerId, Customer> requesters(Desk desk, List<Ticket> tickets) {
        return seesCustomers(desk) ? allRequesters(desk, tickets) : Map.of();
    }

    private static Map<CustomerId, Customer> allRequesters(Desk desk, List<Ticket> tickets) {
        List<CustomerId> ids =
                tickets.stream().map(Ticket::requester).distinct().toList();
        return desk.customers().getAll(ids).stream().collect(Collectors.toMap(Customer::id, Function.identity()));
    }

    static List<TicketJson> json(List<Ticket> tickets, Map<CustomerId, Customer> requesters) {
        return tickets.stream()
                .map(ticket -> TicketJson.of(ticket, requesters.get(ticket.requester())))
                .toList();
    }

    /** What tickets name, as far as it is asked for: one statement for each kind, which checks the permission to read it. */
    static @Nullable IncludedJson included(
            Desk desk, Collection<TicketInclude> wanted, List<Ticket> tickets, Map<CustomerId, Customer> requesters) {
        if (wanted.isEmpty()) {
            return null;
        }
        boolean customers = wanted.contains(TicketInclude.REQUESTER);
        // Who may not read them gets none for the tickets either; asking for them is refused here.
        Map<CustomerId, Customer> asked = customers && requesters.isEmpty() ? allRequesters(desk, tickets) : requesters;
        return new IncludedJson(
                customers ? asked.values().stream().map(CustomerJson::of).toList() : null,
                !wanted.contains(TicketInclude.ORGANIZATION)
                        ? null
                        : desk.organizations().getAll(named(tickets, Ticket::organization)).stream()
                                .map(OrganizationJson::of)
                                .toList(),
                !wanted.contains(TicketInclude.ASSIGNEE)
                        ? null
                        : desk.agents().getAll(named(tickets, Ticket::assignee)).stream()
                                .map(AgentJson::of)
                                .toList(),
                !wanted.contains(TicketInclude.TEAM)
                        ? null
                        : desk.teams().getAll(named(tickets, Ticket::team)).stream()
                                .map(TeamJson::of)
                                .toList());
    }

    private static <T> Set<T> named(List<Ticket> tickets, Function<Ticket, @Nullable T> reference) {
        Set<T> ids = new LinkedHashSet<>();
        for (Ticket ticket : tickets) {
            T id = reference.apply(ticket);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    MessageJson json(Message message) {
        return MessageJson.of(message, this::url);
    }

    AttachmentJson json(Attachment attachment) {
        return AttachmentJson.of(attachment, url(attachment));
    }

    private String url(Attachment attachment) {
        return path("attachments", attachment.id().toString(), "content");
    }

    static NewMessage message(
            @Nullable String text,
            @Nullable String html,
            @Nullable List<AttachmentId> attachments,
            @Nullable Collection<String> to,
            @Nullable Collection<String> cc) {
        NewMessage.Builder builder = NewMessage.builder().text(text).html(html);
        orEmpty(attachments).forEach(builder::attachment);
        orEmpty(to).forEach(builder::to);
        orEmpty(cc).forEach(builder::cc);
        return builder.build();
    }

    static <T> Collection<T> orEmpty(@Nullable Collection<T> values) {
        return values == null ? List.of() : values;
    }
}
