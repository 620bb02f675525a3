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
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketStatus;
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
        scope.require(Permission.TICKET_WRITE);
        OptionalLong number = feature.tickets.numberBefore(scope);
        return feature.tickets.named(() -> scope.run(tx -> {
            Ticket made = feature.tickets.create(tx, scope, number, ticket);
            return feature.add(tx, scope, made, customerDraft(tx, made, message));
        }));
    }

    @Override
    public Message reply(TicketId id, NewMessage message) {
        requireNonNull(message, "message");
        scope.require(Permission.MESSAGE_WRITE);
        return scope.run(tx -> {
            Ticket before = lockOpen(tx, id);
            MessageId messageId = new MessageId(Ids.next());
            Optional<Message.MailFacts> mail = feature.outgoing().address(tx, scope, before, messageId, message);
            Message.Author author = author(tx);
            MessageDraft draft = draft(messageId, MessageKind.AGENT, author, before, message, mail.orElse(null));
            OpenedTicket added = feature.add(tx, scope, before, draft);
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
        scope.require(Permission.MESSAGE_WRITE);
        return scope.run(tx -> {
            Ticket before = lockOpen(tx, id);
            OpenedTicket added = feature.add(tx, scope, before, customerDraft(tx, before, message));
            feature.reopen(tx, scope, added.ticket());
            return added.message();
        });
    }

    @Override
    public Message note(TicketId id, NewMessage message) {
        requireNonNull(message, "message");
        scope.require(Permission.NOTE_WRITE);
        return scope.run(tx -> {
            Ticket ticket = feature.tickets.lock(tx, id);
            MessageDraft draft = draft(new MessageId(Ids.next()), MessageKind.NOTE, author(tx), ticket, message, null);
            return feature.add(tx, scope, ticket, draft).message();
        });
    }

    @Override
    public Message get(MessageId id) {
        requireNonNull(id, "id");
        scope.require(Permission.TICKET_READ);
        return scope.run(tx -> feature.store.find(tx, id))
                .orElseThrow(() -> new NotFoundException("message", id.toString()));
    }

    @Override
    public MessagePage list(TicketId ticket, @Nullable String cursor, int limit) {
        requireNonNull(ticket, "ticket");
        scope.require(Permission.TICKET_READ);
        Paging.requireLimit(limit);
        var listing = feature.cursors.on("messages", scope.tenant(), ticket);
        var after = listing.decode(cursor);
        List<Message> rows = scope.run(tx -> {
            List<Message> found = feature.store.list(tx, ticket, after, limit);
            if (found.isEmpty() && feature.tickets.find(tx, ticket).isEmpty()) {
                throw new NotFoundException("ticket", ticket.toString());
            }
            return found;
        });
        return listing.page(rows, limit, m -> new Object[] {m.createdAt(), m.id()}, MessagePage::new);
    }

    private Ticket lockOpen(Tx tx, TicketId id) {
        Ticket ticket = feature.tickets.lock(tx, id);
        if (ticket.status() == TicketStatus.CLOSED) {
            throw new ConflictException("ticket_closed", "The ticket is closed; open a new one.");
        }
        return ticket;
    }

    private MessageDraft customerDraft(Tx tx, Ticket ticket, NewMessage message) {
        Message.Author author = feature.customerAuthor(tx, scope, ticket.requester());
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
