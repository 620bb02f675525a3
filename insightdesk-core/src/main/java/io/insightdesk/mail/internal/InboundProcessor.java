package io.insightdesk.mail.internal;

import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.conversation.internal.MessageDraft;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.files.Beginning;
import io.insightdesk.internal.files.FileType;
import io.insightdesk.mail.InboundMail;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.InboundResult.Outcome;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.ticket.internal.TicketFeature;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Makes a ticket or a message of a mail that is kept already. May be done again, and by several at once. Thread-safe. */
final class InboundProcessor {

    private static final String NO_SUBJECT = "(no subject)";
    private static final String ONCE = "inbound_mail_once";
    /** More rounds through helpdesks than these make a loop. */
    private static final int MAX_LOOP = 5;

    private final InboundStore store;
    private final MailboxStore mailboxes;
    private final Threading threading;
    private final TicketFeature tickets;
    private final ConversationFeature conversation;
    private final StorageFeature storage;
    private final Function<Scope, Customers> customers;
    private final MailOptions options;
    private final MeterRegistry meters;

    InboundProcessor(
            InboundStore store,
            MailboxStore mailboxes,
            Threading threading,
            TicketFeature tickets,
            ConversationFeature conversation,
            StorageFeature storage,
            Function<Scope, Customers> customers,
            MailOptions options,
            MeterRegistry meters) {
        this.store = store;
        this.mailboxes = mailboxes;
        this.threading = threading;
        this.tickets = tickets;
        this.conversation = conversation;
        this.storage = storage;
        this.customers = customers;
        this.options = options;
        this.meters = meters;
    }

    /** A mail that was read, with what was found out about it before the transaction. */
    private record Read(InboundStore.Stored stored, ParsedMail mail, Set<Long> signed, boolean unlimited) {}

    /**
     * Processes a mail, or answers what became of it before.
     *
     * @param unlimited whether the limit for mails of one sender is off
     * @throws IOException when the raw mail or an attachment cannot be read or kept
     */
    InboundResult process(Scope scope, InboundMailId id, boolean unlimited) throws IOException {
        InboundStore.Stored stored = scope.run(tx -> store.find(tx, id, TicketSight.ALL))
                .orElseThrow(() -> new NotFoundException("inbound_mail", id.toString()));
        if (stored.mail().outcome() != null) {
            return result(stored.mail());
        }
        ParsedMail mail;
        List<BlobId> files = new ArrayList<>();
        try (InputStream raw = storage.open(scope.tenant(), stored.raw())) {
            mail = new InboundMailParser(
                            Limits.DEFAULT, (name, type, content) -> keep(scope, name, type, content, files))
                    .parse(raw);
        } catch (UnreadableMailException e) {
            return quarantine(scope, id, e.code().replace('-', '_'));
        } catch (IOException | RuntimeException e) {
            // It is read again, and its files are stored again: while a scanner is away, often.
            storage.removeAfter(e, scope.tenant(), files);
            throw e;
        }
        Read read = new Read(stored, mail, threading.signedNumbers(scope, recipients(stored, mail)), unlimited);
        OptionalLong number = read.signed().isEmpty() && mail.inReplyTo().isEmpty() && !mail.automatic()
                ? tickets.numberBefore(scope)
                : OptionalLong.empty();
        InboundResult result;
        try {
            result = scope.run(tx -> settle(tx, scope, read, number));
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).filter(ONCE::equals).isEmpty()) {
                throw e;
            }
            // The same mail was being processed at this moment, and is there now.
            result = scope.run(tx -> settle(tx, scope, read, OptionalLong.empty()));
        }
        return result;
    }

    /** Keeps a mail for a person to look at. */
    InboundResult quarantine(Scope scope, InboundMailId id, String reason) {
        return scope.run(tx -> {
            Optional<InboundStore.Stored> locked = store.lock(tx, id);
            if (locked.isPresent() && locked.get().mail().outcome() != null) {
                return result(locked.get().mail());
            }
            return settled(tx, scope, new InboundResult(Outcome.QUARANTINED, reason, null, null, id), null);
        });
    }

    /** An attachment whose content is kept, and what it is. */
    private record Kept(Blob blob, FileType type, @Nullable ScanResult scan) {}

    /** A mail is not lost for a bad file in it: that is kept, and given to nobody. */
    private Kept keep(Scope scope, String name, String type, InputStream content, List<BlobId> files) {
        Beginning beginning = new Beginning(content);
        Blob blob = storage.store(scope.tenant(), beginning, options.maxMailBytes());
        files.add(blob.id());
        ScanResult scan = storage.scan(scope.tenant(), blob);
        return new Kept(blob, FileType.of(name, type, beginning.bytes()), scan);
    }

    private InboundResult settle(Tx tx, Scope scope, Read read, OptionalLong number) {
        InboundMailId id = read.stored().mail().id();
        InboundMail locked = store.lock(tx, id)
                .orElseThrow(() -> new NotFoundException("inbound_mail", id.toString()))
                .mail();
        if (locked.outcome() != null) {
            return result(locked);
        }
        ParsedMail mail = read.mail();
        Mailbox mailbox = mailbox(tx, recipients(read.stored(), mail)).orElse(null);
        EmailAddress sender = sender(mail).orElse(null);
        String messageId = mail.messageId();
        InboundStore.Identity identity = new InboundStore.Identity(
                mailbox == null ? null : mailbox.id(),
                messageId == null ? null : MailIds.key(messageId),
                mail.contentHash(),
                sender == null ? null : sender.value());
        Optional<InboundStore.Stored> first = store.firstOfSame(tx, identity);
        if (first.isPresent()) {
            InboundMail same = first.get().mail();
            return settled(
                    tx, scope, new InboundResult(Outcome.DUPLICATE, null, same.ticket(), same.message(), id), identity);
        }
        Step step = new Step(tx, scope, read, mailbox, sender, identity, number);
        return settled(tx, scope, step.run(), identity);
    }

    private InboundResult settled(Tx tx, Scope scope, InboundResult result, InboundStore.@Nullable Identity identity) {
        store.settle(tx, result, identity, scope.now());
        tx.afterCommit(() -> meters.counter(
                        "insightdesk.mail.inbound", "outcome", result.outcome().wireName())
                .increment());
        return result;
    }

    /** The first mailbox that a recipient's address is of. */
    private Optional<Mailbox> mailbox(Tx tx, List<String> recipients) {
        Set<String> candidates = new TreeSet<>();
        for (String recipient : recipients) {
            candidates.add(recipient);
            candidates.add(ReplyTokens.withoutTag(recipient));
        }
        List<Mailbox> found = mailboxes.withAddresses(tx, candidates);
        for (String recipient : recipients) {
            for (Mailbox mailbox : found) {
                if (mailbox.address().value().equals(recipient)
                        || mailbox.address().value().equals(ReplyTokens.withoutTag(recipient))) {
                    return Optional.of(mailbox);
                }
            }
        }
        return Optional.empty();
    }

    /** Everybody the mail is for, those that the mail server named first. */
    private static List<String> recipients(InboundStore.Stored stored, ParsedMail mail) {
        List<String> all = new ArrayList<>(stored.mail().envelope().recipients());
        all.addAll(mail.recipients());
        mail.to().forEach(address -> all.add(address.address()));
        mail.cc().forEach(address -> all.add(address.address()));
        return all.stream().map(InboundProcessor::normal).distinct().toList();
    }

    private static String normal(String address) {
        return EmailAddress.parse(address).map(EmailAddress::value).orElse(address.toLowerCase(Locale.ROOT));
    }

    private static Optional<EmailAddress> sender(ParsedMail mail) {
        MailAddress from = mail.from();
        return from == null ? Optional.empty() : EmailAddress.parse(from.address());
    }

    static InboundResult result(InboundMail mail) {
        Outcome outcome = mail.outcome();
        if (outcome == null) {
            throw new IllegalStateException("mail " + mail.id() + " waits to be processed");
        }
        return new InboundResult(outcome, mail.reason(), mail.ticket(), mail.message(), mail.id());
    }

    /** One mail in one transaction. */
    private final class Step {

        private final Tx tx;
        private final Scope scope;
        private final InboundStore.Stored stored;
        private final ParsedMail mail;
        private final Read read;
        private final @Nullable Mailbox mailbox;
        private final @Nullable EmailAddress sender;
        private final InboundStore.Identity identity;
        private final OptionalLong number;
        private final Set<String> flags = new TreeSet<>();

        Step(
                Tx tx,
                Scope scope,
                Read read,
                @Nullable Mailbox mailbox,
                @Nullable EmailAddress sender,
                InboundStore.Identity identity,
                OptionalLong number) {
            this.tx = tx;
            this.scope = scope;
            this.read = read;
            this.stored = read.stored();
            this.mail = read.mail();
            this.mailbox = mailbox;
            this.sender = sender;
            this.identity = identity;
            this.number = number;
        }

        InboundResult run() {
            Bounce bounce = mail.bounce();
            if (bounce != null) {
                return bounce(bounce);
            }
            if (threading.isOurs(tx, mail.messageId())) {
                return ignored("own_mail");
            }
            if (mail.loop() > MAX_LOOP) {
                return ignored("mail_loop");
            }
            if (sender == null) {
                return without(Outcome.QUARANTINED, mail.from() == null ? "no_sender" : "unusable_sender");
            }
            if (!mailboxes
                    .withAddresses(tx, List.of(sender.value(), ReplyTokens.withoutTag(sender.value())))
                    .isEmpty()) {
                return ignored("own_address");
            }
            return fromSomebody(sender);
        }

        private InboundResult fromSomebody(EmailAddress from) {
            Customers people = customers.apply(scope.in(tx).trusted());
            Optional<Customer> known = people.findByEmail(from);
            MailboxId mailboxId = identity.mailbox();
            Threading.Match match = threading.find(
                    tx,
                    mail,
                    read.signed(),
                    mailboxId,
                    from.value(),
                    known.map(Customer::id).orElse(null));
            boolean program = mail.automatic() && mail.kind() != AutomaticKind.BULK;
            Ticket found = program && match.ticket() == null ? match.named() : match.ticket();
            if (program && found == null) {
                return ignored(mail.kind().name().toLowerCase(Locale.ROOT));
            }
            if (!read.unlimited() && tooMany(from.value(), mailboxId)) {
                return without(Outcome.QUARANTINED, "rate_limited");
            }
            flag(program, "automatic");
            flag(mail.kind() == AutomaticKind.BULK, "bulk");
            flag(match.refused(), "unverified_sender");
            flag(match.by() == Threading.By.SUBJECT, "matched_by_subject");
            flag(isNullPath(), "null_return_path");
            flag(identity.messageIdKey() != null && store.idUsedBefore(tx, identity), "duplicate_id");
            MailAddress named = mail.from();
            Customer customer = people.findOrCreate(from, named == null ? null : named.name());
            Scope theirs = as(customer);
            if (found == null) {
                return created(theirs, customer, null);
            }
            Ticket ticket = tickets.lock(tx, found.id());
            if (ticket.status() == TicketStatus.CLOSED && !program) {
                return created(theirs, customer, ticket);
            }
            Ticket after = add(theirs, ticket, draft(MessageKind.CUSTOMER, customerAuthor(customer, from)));
            if (!program) {
                conversation.reopen(tx, theirs, after);
            }
            return with(Outcome.APPENDED, ticket.id());
        }

        private boolean tooMany(String from, @Nullable MailboxId mailboxId) {
            int limit = options.senderLimit();
            return store.countOfSender(tx, from, mailboxId, scope.now().minus(MailOptions.SENDER_PERIOD), limit)
                    >= limit;
        }

        private boolean isNullPath() {
            String path = stored.mail().envelope().sender();
            return mail.nullReturnPath() || (path != null && path.isBlank());
        }

        private InboundResult created(Scope theirs, Customer customer, @Nullable Ticket follows) {
            NewTicket.Builder wanted =
                    NewTicket.builder(subject()).requester(customer.id()).channel(Channel.EMAIL);
            if (mailbox != null) {
                wanted.mailbox(mailbox.id().value()).team(mailbox.team());
            } else if (follows != null) {
                wanted.mailbox(follows.mailbox()).team(follows.team());
            }
            Ticket ticket = tickets.create(tx, theirs, number, wanted.build());
            if (follows != null) {
                tickets.linkFollowUp(tx, theirs, ticket.id(), follows.id());
            }
            EmailAddress from = EmailAddress.of(String.valueOf(identity.sender()));
            add(theirs, ticket, draft(MessageKind.CUSTOMER, customerAuthor(customer, from)));
            return with(Outcome.CREATED, ticket.id());
        }

        /** The report belongs to the message that came back, or at least to the ticket whose address it was sent to. */
        private InboundResult bounce(Bounce bounce) {
            Optional<ReferenceStore.Found> returned = threading.bounced(tx, bounce);
            TicketId id = returned.map(ReferenceStore.Found::ticket).orElse(null);
            if (id == null) {
                Optional<Ticket> signed = read.signed().stream()
                        .flatMap(named -> tickets.findByNumber(tx, named).stream())
                        .findFirst();
                if (signed.isEmpty()) {
                    return ignored(bounce.permanent() ? "bounce" : "delay_notice");
                }
                id = signed.get().id();
            }
            flags.add("automatic");
            flags.add(bounce.permanent() ? "bounce" : "delay_notice");
            Scope system = new Scope(
                    scope.tenant(),
                    Actor.system().via("mail"),
                    Authority.ALL,
                    scope.transactions(),
                    scope.clock(),
                    scope.requestId());
            Ticket ticket = tickets.lock(tx, id);
            MailAddress from = mail.from();
            String name = from == null || from.name() == null ? "Mail system" : from.name();
            Message.Author author =
                    new Message.Author(ActorType.SYSTEM, null, name, from == null ? null : from.address());
            Ticket after = add(system, ticket, draft(MessageKind.SYSTEM, author));
            if (bounce.permanent()) {
                conversation.reopen(tx, system, after);
                String status = bounce.status() == null ? "" : " (" + bounce.status() + ")";
                returned.ifPresent(found -> conversation.delivered(
                        tx,
                        system,
                        found.message(),
                        Delivery.BOUNCED,
                        "The mail came back" + status + "; the report is part of the conversation."));
            }
            return with(Outcome.APPENDED, ticket.id());
        }

        private final MessageId messageId = new MessageId(Ids.next());

        private Ticket add(Scope as, Ticket ticket, MessageDraft draft) {
            Ticket after = conversation.add(tx, as, ticket, draft).ticket();
            threading.remember(tx, mail.messageId(), messageId, ticket.id());
            return after;
        }

        private MessageDraft draft(MessageKind kind, Message.Author author) {
            List<AttachmentId> attachments = new ArrayList<>();
            for (ParsedAttachment a : mail.attachments()) {
                Kept kept = (Kept) a.handle();
                attachments.add(conversation
                        .store(
                                tx,
                                scope,
                                a.filename(),
                                kept.type(),
                                a.inline(),
                                a.contentId(),
                                kept.blob(),
                                kept.scan())
                        .id());
                ScanResult scan = kept.scan();
                flag(scan != null && scan.verdict() == ScanResult.Verdict.INFECTED, "infected_attachment");
            }
            return new MessageDraft(
                    messageId,
                    kind,
                    author,
                    mail.subject(),
                    mail.text(),
                    mail.html(),
                    mail.newText(),
                    flags,
                    attachments,
                    facts(),
                    stored.raw(),
                    null);
        }

        private Message.MailFacts facts() {
            String id = mail.messageId();
            MailAddress from = mail.from();
            return new Message.MailFacts(
                    id == null ? null : MailIds.bare(id),
                    mail.inReplyTo().isEmpty()
                            ? null
                            : MailIds.bare(mail.inReplyTo().get(0)),
                    from == null ? null : normal(from.address()),
                    shown(mail.to()),
                    shown(mail.cc()),
                    mail.date());
        }

        private static List<String> shown(List<MailAddress> addresses) {
            return addresses.stream()
                    .map(address -> ReplyTokens.plain(normal(address.address())))
                    .distinct()
                    .toList();
        }

        /** The customer under the address that was used, which need not be the primary one. */
        private Message.Author customerAuthor(Customer customer, EmailAddress from) {
            return new Message.Author(ActorType.CUSTOMER, customer.id().value(), customer.name(), from.value());
        }

        private Scope as(Customer customer) {
            Actor actor = new Actor(ActorType.CUSTOMER, customer.id().value(), customer.name(), "mail");
            return new Scope(
                    scope.tenant(), actor, Authority.ALL, scope.transactions(), scope.clock(), scope.requestId());
        }

        private String subject() {
            String subject = mail.subject().strip();
            if (subject.isEmpty()) {
                return NO_SUBJECT;
            }
            if (subject.length() <= NewTicket.MAX_SUBJECT) {
                return subject;
            }
            int end = NewTicket.MAX_SUBJECT - 1;
            return subject.substring(0, Character.isHighSurrogate(subject.charAt(end - 1)) ? end - 1 : end) + "…";
        }

        private void flag(boolean holds, String name) {
            if (holds) {
                flags.add(name);
            }
        }

        private InboundResult with(Outcome outcome, TicketId ticket) {
            return new InboundResult(
                    outcome, null, ticket, messageId, stored.mail().id());
        }

        private InboundResult ignored(String reason) {
            return without(Outcome.IGNORED, reason);
        }

        private InboundResult without(Outcome outcome, String reason) {
            return new InboundResult(outcome, reason, null, null, stored.mail().id());
        }
    }
}
