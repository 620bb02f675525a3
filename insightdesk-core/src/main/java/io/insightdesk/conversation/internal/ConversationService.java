package io.insightdesk.conversation.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.conversation.Conversations;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.conversation.MessagePage;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.ticket.internal.TicketFeature;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class ConversationService implements Conversations {

    private final ConversationFeature feature;
    private final Scope scope;

    ConversationService(ConversationFeature feature, Scope scope) {
        this.feature = feature;
        this.scope = scope;
    }

    @Override
    public OpenedTicket open(NewTicket ticket, NewMessage message) {
        requireNonNull(ticket, "ticket");
        requireNonNull(message, "message");
        Access access = scope.access();
        ticket.permissions().stream().sorted().forEach(access::require);
        checkRecipients(access, message);
        OptionalLong number = feature.tickets.numberBefore(scope);
        return feature.tickets.named(() -> scope.run(tx -> {
            Ticket made = feature.tickets.create(tx, scope, access, number, ticket);
            OpenedTicket opened = feature.add(tx, scope, access, made, customerDraft(tx, access, made, message));
            return new OpenedTicket(TicketFeature.shown(access, opened.ticket()), shown(access, opened.message()));
        }));
    }

    @Override
    public Message reply(TicketId id, NewMessage message) {
        requireNonNull(message, "message");
        Access access = scope.access();
        access.require(Permission.MESSAGE_WRITE);
        if (access.tickets().customer() != null) {
            return customerSays(access, id, message);
        }
        return scope.run(tx -> {
            Ticket before = lockOpen(tx, access, id);
            MessageId messageId = new MessageId(Ids.next());
            Optional<Message.MailFacts> mail = feature.outgoing().address(tx, scope, before, messageId, message);
            Message.Author author = author(tx);
            MessageDraft draft = draft(messageId, MessageKind.AGENT, author, before, message, mail.orElse(null));
            OpenedTicket added = feature.add(tx, scope, access, before, draft);
            answered(tx, added.ticket());
            mail.ifPresent(facts -> feature.outgoing().enqueue(tx, scope, added.message()));
            return added.message();
        });
    }

    /** The customer is asked now, so the ticket waits; and whoever answered first goes on. */
    private void answered(Tx tx, Ticket ticket) {
        TicketChange.Builder change = TicketChange.builder();
        if (ticket.status() == TicketStatus.NEW || ticket.status() == TicketStatus.OPEN) {
            change.status(TicketStatus.PENDING);
        }
        if (ticket.assignee() == null && scope.actor().type() == ActorType.AGENT) {
            change.assignee(new AgentId(actorId()));
        }
        Ticket ignored =
                feature.tickets.update(tx, scope, ticket, change.build().applyTo(ticket));
    }

    @Override
    public Message addCustomerMessage(TicketId id, NewMessage message) {
        requireNonNull(message, "message");
        Access access = scope.access();
        access.require(Permission.MESSAGE_WRITE);
        return customerSays(access, id, message);
    }

    private Message customerSays(Access access, TicketId id, NewMessage message) {
        checkRecipients(access, message);
        return scope.run(tx -> {
            Ticket before = lockOpen(tx, access, id);
            OpenedTicket added = feature.add(tx, scope, access, before, customerDraft(tx, access, before, message));
            feature.reopen(tx, scope, added.ticket());
            return shown(access, added.message());
        });
    }

    /** The desk's mail goes to whom the desk says. */
    private static void checkRecipients(Access access, NewMessage message) {
        if (access.tickets().customer() != null
                && !(message.to().isEmpty() && message.cc().isEmpty())) {
            throw new InvalidInputException("/to", "not_allowed", "A customer's message has no recipients of its own.");
        }
    }

    @Override
    public Message note(TicketId id, NewMessage message) {
        requireNonNull(message, "message");
        Access access = scope.access();
        access.require(Permission.NOTE_WRITE);
        return scope.run(tx -> {
            Ticket ticket = feature.tickets.lock(tx, id, access.tickets());
            MessageDraft draft = draft(new MessageId(Ids.next()), MessageKind.NOTE, author(tx), ticket, message, null);
            return feature.add(tx, scope, access, ticket, draft).message();
        });
    }

    @Override
    public Message get(MessageId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        return scope.run(tx -> feature.store.find(tx, id, access))
                .map(message -> shown(access, message))
                .orElseThrow(() -> new NotFoundException("message", id.toString()));
    }

    @Override
    public MessagePage list(TicketId ticket, @Nullable String cursor, int limit) {
        requireNonNull(ticket, "ticket");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        Paging.requireLimit(limit);
        var listing = feature.cursors.on("messages", scope.tenant(), ticket);
        var after = listing.decode(cursor);
        List<Message> rows = scope.run(tx -> {
            List<Message> found = feature.store.list(tx, ticket, after, limit, access);
            if (found.isEmpty() && !feature.tickets.exists(tx, ticket, access.tickets())) {
                throw new NotFoundException("ticket", ticket.toString());
            }
            return found.stream().map(message -> shown(access, message)).toList();
        });
        return listing.page(rows, limit, m -> new Object[] {m.createdAt(), m.id()}, MessagePage::new);
    }

    private Ticket lockOpen(Tx tx, Access access, TicketId id) {
        Ticket ticket = feature.tickets.lock(tx, id, access.tickets());
        if (ticket.status() == TicketStatus.CLOSED) {
            throw new ConflictException("ticket_closed", "The ticket is closed; open a new one.");
        }
        return ticket;
    }

    /** By the customer who speaks, who may be a colleague of the one who asked; else by the one who asked. */
    private MessageDraft customerDraft(Tx tx, Access access, Ticket ticket, NewMessage message) {
        UUID customer = access.tickets().customer();
        Message.Author author =
                feature.customerAuthor(tx, scope, customer == null ? ticket.requester() : new CustomerId(customer));
        return draft(new MessageId(Ids.next()), MessageKind.CUSTOMER, author, ticket, message, null);
    }

    private static MessageDraft draft(
            MessageId id,
            MessageKind kind,
            Message.Author author,
            Ticket ticket,
            NewMessage message,
            Message.@Nullable MailFacts mail) {
        Body body = Body.of(message);
        return new MessageDraft(
                id,
                kind,
                author,
                ticket.subject(),
                body.text(),
                body.html(),
                body.text(),
                Set.of(),
                message.attachments(),
                mail,
                null,
                mail == null ? null : Delivery.QUEUED);
    }

    /** For a customer, a message without what the desk noted about it. */
    private static Message shown(Access access, Message m) {
        if (access.tickets().customer() == null) {
            return m;
        }
        return new Message(
                m.id(),
                m.ticket(),
                m.kind(),
                m.author(),
                m.subject(),
                m.text(),
                m.html(),
                m.newText(),
                Set.of(),
                m.attachments(),
                m.mail(),
                null,
                null,
                m.createdAt());
    }

    private Message.Author author(Tx tx) {
        return feature.author(tx, scope);
    }

    private UUID actorId() {
        return requireNonNull(scope.actor().id(), "actor id");
    }

    /** A customer as the author of a message. */
    static Message.Author authorOf(Customer customer) {
        CustomerId id = customer.id();
        return new Message.Author(
                ActorType.CUSTOMER,
                id.value(),
                customer.name(),
                customer.primaryEmail().map(Object::toString).orElse(null));
    }
}
