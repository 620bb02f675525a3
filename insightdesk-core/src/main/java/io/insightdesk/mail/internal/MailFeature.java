package io.insightdesk.mail.internal;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.conversation.internal.Outgoing;
import io.insightdesk.customer.Customers;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.Mail;
import io.insightdesk.mail.MailNotSentException;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.MailTransport;
import io.insightdesk.mail.Mailboxes;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.internal.TicketFeature;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds the services of mail from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class MailFeature {

    /** Where a test may stop the process: the mail server has taken the mail, and nothing of that is written down. */
    public static final String AFTER_SMTP_DATA = "after-smtp-data";

    /** Says which mail is to be processed. */
    record Received(UUID mail) {}

    /** Says which message is to be sent. */
    record Queued(UUID message) {}

    static final JobKind<Received> PROCESS = new JobKind<>("insightdesk.mail.process", Received.class);
    static final JobKind<Queued> SEND = new JobKind<>("insightdesk.mail.send", Queued.class);

    private static final RetryPolicy PROCESSING = RetryPolicy.exponential(Duration.ofSeconds(30), Duration.ofHours(1));
    private static final Duration SAFETY_NET = Duration.ofSeconds(60);
    private static final Duration SCANNER_AWAY = Duration.ofMinutes(2);
    private static final Duration OVERDUE = Duration.ofMinutes(15);
    private static final Duration REMIND_EVERY = Duration.ofMinutes(10);
    private static final int REMIND_AT_ONCE = 1_000;

    final InboundStore inbound = new InboundStore();
    final MailboxStore mailboxes = new MailboxStore();
    final ReferenceStore references = new ReferenceStore();
    final ReplyTokens tokens;
    final Threading threading;
    final InboundProcessor processor;
    final StorageFeature storage;
    final TicketFeature tickets;
    final Cursors cursors;
    final MailOptions options;
    private final Database database;
    private final Clock clock;
    private final JobFeature jobs;
    private final EventFeature events;
    private final MailSender sender;
    private final OutgoingMail outgoing;

    /** Makes the feature. */
    public MailFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            KeyFeature keys,
            EventFeature events,
            JobFeature jobs,
            StorageFeature storage,
            Cursors cursors,
            Function<Scope, Customers> customers,
            TicketFeature tickets,
            ConversationFeature conversation,
            MailOptions options) {
        this(
                database,
                clock,
                meters,
                keys,
                events,
                jobs,
                storage,
                cursors,
                customers,
                tickets,
                conversation,
                options,
                (point, kind, id) -> {});
    }

    /** Makes the feature with a probe, for tests. */
    public MailFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            KeyFeature keys,
            EventFeature events,
            JobFeature jobs,
            StorageFeature storage,
            Cursors cursors,
            Function<Scope, Customers> customers,
            TicketFeature tickets,
            ConversationFeature conversation,
            MailOptions options,
            JobFeature.Probe probe) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.jobs = jobs;
        this.storage = storage;
        this.cursors = cursors;
        this.tickets = tickets;
        this.options = options;
        this.tokens = new ReplyTokens(keys);
        this.threading = new Threading(references, tickets, tokens);
        this.processor = new InboundProcessor(
                inbound, mailboxes, threading, tickets, conversation, storage, customers, options, meters);
        this.sender = new MailSender(this, conversation, probe, meters);
        this.outgoing = new OutgoingMail(this, customers);
    }

    /** Gives the jobs of mail their handlers on this node. Once. */
    public void registerJobs() {
        jobs.register(PROCESS, (context, payload, completion) -> process(context, payload), PROCESSING);
        jobs.register(
                SEND,
                (context, payload, completion) -> sender.send(context, new MessageId(payload.message()), completion),
                options.retries());
        jobs.register(MaintenanceTask.perTenant("mail.overdue", REMIND_EVERY, this::remind));
    }

    /** Mail that comes in, in a scope. */
    public Mail mail(Scope scope) {
        return new MailService(this, scope);
    }

    /** The mailboxes that a scope sees. */
    public Mailboxes mailboxes(Scope scope) {
        return new MailboxService(scope, mailboxes, events, cursors);
    }

    /** How answers leave. */
    public Outgoing outgoing() {
        return outgoing;
    }

    /** Whether mail leaves at all. */
    public boolean works() {
        return options.transport() != null;
    }

    /** Sends a mail of plain text that belongs to no ticket, at once; to be done by a job. */
    public void send(String from, String to, String subject, String text) throws MailNotSentException {
        MailTransport transport = options.transport();
        if (transport == null) {
            throw MailNotSentException.temporary(
                    "No mail transport is configured on this node.", "No mail server is configured.", null);
        }
        transport.send(NoticeMail.compose(from, to, subject, text, clock.instant()));
    }

    /** Processes what its receiver left; after the last attempt a person has to look at it. */
    private void process(JobContext context, Received payload) throws IOException {
        Scope scope = system(Objects.requireNonNull(context.tenant(), "tenant"), null);
        InboundMailId id = new InboundMailId(payload.mail());
        if (scope.run(tx -> inbound.find(tx, id, TicketSight.ALL)).isEmpty()) {
            // Its sender was erased, or it was kept for long enough.
            return;
        }
        try {
            processor.process(scope, id, false);
        } catch (UnavailableException e) {
            if (!e.code().equals(StorageFeature.SCANNER_UNAVAILABLE)) {
                quarantineAtTheEnd(context, scope, id);
                throw e;
            }
            // As long as it takes: no mail ends in quarantine because a scanner is away.
            context.snooze(SCANNER_AWAY);
        } catch (IOException | RuntimeException e) {
            quarantineAtTheEnd(context, scope, id);
            throw e;
        }
    }

    private void quarantineAtTheEnd(JobContext context, Scope scope, InboundMailId id) {
        if (context.attempt() >= context.maxAttempts() && !context.isCancelled()) {
            processor.quarantine(scope, id, "processing_failed");
        }
    }

    /** A job dies when its worker does at the last attempt; what it was for must not wait for ever. */
    private void remind(Scope scope) {
        Instant before = clock.instant().minus(OVERDUE);
        scope.run(tx -> {
            inbound.waiting(tx, before, REMIND_AT_ONCE).forEach(id -> enqueueProcessing(tx, scope, id));
            references.unsent(tx, before, REMIND_AT_ONCE).forEach(id -> enqueueSending(tx, scope, id));
            return true;
        });
    }

    void enqueueProcessing(Tx tx, Scope scope, InboundMailId id) {
        var ignored = jobs.enqueue(
                tx,
                scope,
                NewJob.builder(PROCESS, new Received(id.value()))
                        .delay(SAFETY_NET)
                        .uniqueKey(id.toString())
                        .build());
    }

    void enqueueSending(Tx tx, Scope scope, MessageId id) {
        var ignored = jobs.enqueue(
                tx,
                scope,
                NewJob.builder(SEND, new Queued(id.value()))
                        .uniqueKey(id.toString())
                        .maxAttempts(options.attempts())
                        .build());
    }

    /** The library itself at work for a tenant, in transactions of its own. */
    Scope system(TenantId tenant, @Nullable String requestId) {
        return new Scope(tenant, Actor.system().via("mail"), Authority.ALL, database, clock, requestId);
    }
}
