package io.insightdesk.mail.internal;

import io.insightdesk.conversation.Attachments;
import io.insightdesk.conversation.Conversations;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.customer.internal.CustomerFeature;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.mail.Mail;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.Mailboxes;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.Tickets;
import io.insightdesk.ticket.internal.TicketFeature;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A node with all features that mail needs. */
final class MailNode implements AutoCloseable {

    final MeterRegistry meters = new SimpleMeterRegistry();
    final JobFeature jobs;
    final IdentityFeature identity;
    final CustomerFeature customers;
    final TicketFeature tickets;
    final ConversationFeature conversation;
    final MailFeature mail;
    private final Database database;
    private final Clock clock;

    MailNode(Database database, Clock clock, MailOptions options) {
        this(database, clock, options, WorkerOptions.DEFAULT_LEASE, (point, kind, id) -> {});
    }

    MailNode(Database database, Clock clock, MailOptions options, Duration lease, JobFeature.Probe probe) {
        this.database = database;
        this.clock = clock;
        KeyFeature keys = new KeyFeature(database, null, null);
        keys.prepare();
        Cursors cursors = new Cursors(keys);
        WorkerOptions workers = WorkerOptions.builder()
                .pollInterval(Duration.ofMillis(20))
                .lease(lease)
                .build();
        this.jobs = new JobFeature(
                database, clock, meters, new TenantFeature(database, clock).tenants(), cursors, workers, probe);
        EventFeature events = new EventFeature(database, keys, jobs.eventDeliveries());
        this.identity = new IdentityFeature(database, events, cursors, clock, (tx, scope, agent) -> {});
        this.customers = new CustomerFeature(events, cursors);
        this.tickets = new TicketFeature(events, cursors, customers::customers, identity::agents, List.of(), meters);
        StorageFeature storage = new StorageFeature(database, clock, null);
        MailFeature[] made = new MailFeature[1];
        this.conversation = new ConversationFeature(
                tickets,
                storage,
                cursors,
                keys,
                customers::customers,
                identity::agents,
                () -> made[0].outgoing(),
                20_000_000);
        this.mail = new MailFeature(
                database,
                clock,
                meters,
                keys,
                events,
                jobs,
                storage,
                cursors,
                customers::customers,
                tickets,
                conversation,
                options,
                probe);
        made[0] = mail;
        mail.registerJobs();
    }

    Scope system(TenantId tenant) {
        return as(tenant, Actor.system());
    }

    Scope as(TenantId tenant, Actor actor) {
        return new Scope(tenant, actor, Authority.ALL, database, clock, null);
    }

    Mail mail(TenantId tenant) {
        return mail.mail(system(tenant));
    }

    Mailboxes mailboxes(TenantId tenant) {
        return mail.mailboxes(system(tenant));
    }

    Tickets tickets(TenantId tenant) {
        return tickets.tickets(system(tenant));
    }

    Conversations conversations(TenantId tenant) {
        return conversation.conversations(system(tenant));
    }

    Attachments attachments(TenantId tenant) {
        return conversation.attachments(system(tenant));
    }

    List<Message> messages(TenantId tenant, TicketId ticket) {
        return conversations(tenant).list(ticket, null, 100).items();
    }

    int runDue() {
        return jobs.workers().runDue();
    }

    @Override
    public void close() {
        boolean unused = jobs.workers().stop(Duration.ofSeconds(10));
        jobs.close();
    }
}
