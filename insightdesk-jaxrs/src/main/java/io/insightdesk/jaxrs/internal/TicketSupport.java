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
import java.util.List;
import java.util.Map;
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

    static List<TicketJson> json(Desk desk, List<Ticket> tickets) {
        if (!seesCustomers(desk)) {
            return tickets.stream().map(ticket -> TicketJson.of(ticket, null)).toList();
        }
        List<CustomerId> ids =
                tickets.stream().map(Ticket::requester).distinct().toList();
        Map<CustomerId, Customer> requesters =
                desk.customers().getAll(ids).stream().collect(Collectors.toMap(Customer::id, Function.identity()));
        return tickets.stream()
                .map(ticket -> {
                    Customer requester = requesters.get(ticket.requester());
                    // Keeps a ticket visible whose requester was removed between the two reads.
                    return requester == null ? json(desk, ticket) : TicketJson.of(ticket, requester);
                })
                .toList();
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
