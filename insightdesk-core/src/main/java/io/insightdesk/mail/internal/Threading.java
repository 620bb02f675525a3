package io.insightdesk.mail.internal;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.internal.TicketFeature;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the ticket that a mail goes on with; see {@link io.insightdesk.mail.Mail} for the rules. Thread-safe. */
final class Threading {

    /** More ids than these, from the newest on, no honest mail program needs. */
    private static final int MOST_REFERENCES = 200;

    private static final int MOST_NUMBERS = 10;
    private static final int MOST_TOKENS = 20;
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\p{L}\\p{N}_#&])#([1-9][0-9]{0,17})(?![\\p{L}\\p{N}_])");

    private final ReferenceStore references;
    private final TicketFeature tickets;
    private final ReplyTokens tokens;

    Threading(ReferenceStore references, TicketFeature tickets, ReplyTokens tokens) {
        this.references = references;
        this.tickets = tickets;
        this.tokens = tokens;
    }

    /** By what a ticket was found. */
    enum By {
        TOKEN,
        REFERENCE,
        SUBJECT
    }

    /**
     * What a mail goes on with.
     *
     * @param ticket the ticket; null for none
     * @param by by what it was found; null for none
     * @param refused whether something named a ticket in which the sender takes no part
     * @param named the ticket that was named, though refused; for mail of programs, which do not always write as themselves
     */
    record Match(
            @Nullable Ticket ticket,
            @Nullable By by,
            boolean refused,
            @Nullable Ticket named) {}

    /** The tickets' numbers that signed addresses name. Reads keys, so it is done before the transaction. */
    Set<Long> signedNumbers(Scope scope, List<String> addresses) {
        Set<Long> numbers = new LinkedHashSet<>();
        addresses.stream()
                .filter(address -> !ReplyTokens.plain(address).equals(address))
                .distinct()
                .limit(MOST_TOKENS)
                .forEach(address -> {
                    OptionalLong number = tokens.ticket(scope.tenant(), address);
                    if (number.isPresent()) {
                        numbers.add(number.getAsLong());
                    }
                });
        return numbers;
    }

    /** Finds the ticket of a mail to a mailbox, from a sender. */
    Match find(
            Tx tx,
            ParsedMail mail,
            Set<Long> signed,
            @Nullable MailboxId mailbox,
            String sender,
            @Nullable CustomerId customer) {
        for (long number : signed) {
            Optional<Ticket> ticket = tickets.findByNumber(tx, number).filter(found -> belongs(found, mailbox));
            if (ticket.isPresent()) {
                return new Match(ticket.get(), By.TOKEN, false, ticket.get());
            }
        }
        Ticket named = null;
        for (TicketId id : referenced(tx, mail)) {
            Optional<Ticket> ticket = tickets.find(tx, id).filter(found -> belongs(found, mailbox));
            if (ticket.isPresent()) {
                if (references.takesPart(tx, id, sender, customer)) {
                    return new Match(ticket.get(), By.REFERENCE, false, ticket.get());
                }
                named = named == null ? ticket.get() : named;
            }
        }
        for (long number : numbers(mail.subject())) {
            Optional<Ticket> ticket = tickets.findByNumber(tx, number).filter(found -> belongs(found, mailbox));
            if (ticket.isPresent() && references.takesPart(tx, ticket.get().id(), sender, customer)) {
                return new Match(ticket.get(), By.SUBJECT, false, ticket.get());
            }
        }
        return new Match(null, null, named != null, named);
    }

    /** The answer of ours that came back, where the report says which. */
    Optional<ReferenceStore.Found> bounced(Tx tx, Bounce bounce) {
        String id = bounce.originalMessageId();
        if (id == null) {
            return Optional.empty();
        }
        return references.find(tx, List.of(MailIds.key(id))).stream()
                .filter(ReferenceStore.Found::ours)
                .findFirst();
    }

    /** Whether this is a mail that we sent ourselves. */
    boolean isOurs(Tx tx, @Nullable String messageId) {
        return messageId != null
                && references.find(tx, List.of(MailIds.key(messageId))).stream().anyMatch(ReferenceStore.Found::ours);
    }

    private List<TicketId> referenced(Tx tx, ParsedMail mail) {
        Set<String> keys = new LinkedHashSet<>();
        mail.inReplyTo().forEach(id -> keys.add(MailIds.key(id)));
        for (int i = mail.references().size() - 1; i >= 0 && keys.size() < MOST_REFERENCES; i--) {
            keys.add(MailIds.key(mail.references().get(i)));
        }
        List<ReferenceStore.Found> found = references.find(tx, keys);
        Set<TicketId> ordered = new LinkedHashSet<>();
        for (String key : keys) {
            found.stream().filter(f -> f.key().equals(key)).forEach(f -> ordered.add(f.ticket()));
        }
        return List.copyOf(ordered);
    }

    /** All that may be numbers of tickets, in order. */
    static List<Long> numbers(String subject) {
        List<Long> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(subject);
        while (matcher.find() && numbers.size() < MOST_NUMBERS) {
            numbers.add(Long.parseLong(matcher.group(1)));
        }
        return numbers;
    }

    /** A mail never goes on with a ticket of another mailbox. */
    private static boolean belongs(Ticket ticket, @Nullable MailboxId mailbox) {
        return ticket.mailbox() == null || mailbox == null || ticket.mailbox().equals(mailbox.value());
    }

    /** Records under which id a message came or leaves. */
    void remember(Tx tx, @Nullable String messageId, MessageId message, TicketId ticket) {
        if (messageId != null) {
            references.insert(tx, MailIds.key(messageId), message, ticket);
        }
    }
}
