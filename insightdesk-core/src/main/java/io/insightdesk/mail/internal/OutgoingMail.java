package io.insightdesk.mail.internal;

import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.internal.Outgoing;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.Violations;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.ticket.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Decides in the transaction of an answer whether and to whom it leaves, and has it sent after the commit. Thread-safe. */
final class OutgoingMail implements Outgoing {

    private final MailFeature feature;
    private final Function<Scope, Customers> customers;

    OutgoingMail(MailFeature feature, Function<Scope, Customers> customers) {
        this.feature = feature;
        this.customers = customers;
    }

    @Override
    public Optional<Message.MailFacts> address(Tx tx, Scope scope, Ticket ticket, MessageId id, NewMessage message) {
        List<String> to = addresses("/to/", message.to());
        List<String> cc = addresses("/cc/", message.cc());
        if (feature.options.transport() == null) {
            return Optional.empty();
        }
        Optional<Mailbox> mailbox = mailbox(tx, ticket);
        if (mailbox.isEmpty()) {
            return Optional.empty();
        }
        Optional<ReferenceStore.Last> last = feature.references.lastOfCustomer(tx, ticket.id());
        if (to.isEmpty()) {
            Customer requester = customers.apply(scope.in(tx).trusted()).get(ticket.requester());
            // The address the customer wrote from last, as long as it is still the customer's.
            Optional<EmailAddress> wroteFrom = last.flatMap(mail -> Optional.ofNullable(mail.from()))
                    .flatMap(EmailAddress::parse)
                    .filter(requester.emails()::contains);
            Optional<EmailAddress> address = wroteFrom.or(requester::primaryEmail);
            if (address.isEmpty()) {
                return Optional.empty();
            }
            to = List.of(address.get().value());
        }
        String domain = mailbox.get().address().domain();
        return Optional.of(new Message.MailFacts(
                Ids.next() + "@" + domain,
                last.map(ReferenceStore.Last::messageId).orElse(null),
                mailbox.get().address().value(),
                to,
                cc,
                scope.now()));
    }

    private static List<String> addresses(String pointer, List<String> texts) {
        Violations violations = new Violations();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Optional<EmailAddress> address = EmailAddress.parse(texts.get(i));
            if (address.isEmpty()) {
                violations.add(pointer + i, "invalid_value", "This is not a mail address such as name@example.com.");
            } else if (!found.contains(address.get().value())) {
                found.add(address.get().value());
            }
        }
        violations.throwIfAny();
        return found;
    }

    /** The ticket's own mailbox, or else the tenant's first. */
    private Optional<Mailbox> mailbox(Tx tx, Ticket ticket) {
        UUID own = ticket.mailbox();
        Optional<Mailbox> found = own == null ? Optional.empty() : feature.mailboxes.find(tx, new MailboxId(own));
        return found.or(
                () -> feature.mailboxes.list(tx, new UUID(0, 0), 1).stream().findFirst());
    }

    @Override
    public void enqueue(Tx tx, Scope scope, Message message) {
        Message.MailFacts mail = message.mail();
        if (mail == null) {
            throw new IllegalArgumentException("message " + message.id() + " does not leave by mail");
        }
        feature.threading.remember(tx, mail.messageId(), message.id(), message.ticket());
        feature.enqueueSending(tx, scope, message.id());
    }
}
