package io.insightdesk;

import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.conversation.internal.Outgoing;
import io.insightdesk.customer.internal.CustomerFeature;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.idempotency.internal.IdempotencyFeature;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.internal.TicketFeature;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** All features, made once and in the order of their arrows: lower ones first. */
final class Features {

    final Database database;
    final Clock clock;
    final TenantFeature tenants;
    final EventFeature events;
    final JobFeature jobs;
    final StorageFeature storage;
    final IdentityFeature identity;
    final CustomerFeature customers;
    final TicketFeature tickets;
    final ConversationFeature conversations;
    final IdempotencyFeature idempotency;

    Features(Database database, InsightDesk.Builder options) {
        this.database = database;
        this.clock = options.clock;
        KeyFeature keys = new KeyFeature(database, options.keys);
        keys.prepare();
        Cursors cursors = new Cursors(keys);
        this.tenants = new TenantFeature(database, clock);
        this.jobs = new JobFeature(database, clock, options.meterRegistry, tenants.tenants(), cursors, options.workers);
        this.events = new EventFeature(database, jobs.eventDeliveries());
        this.storage = new StorageFeature(database, clock, options.blobStore);
        this.identity = new IdentityFeature(database, events, cursors, clock);
        this.customers = new CustomerFeature(events, cursors);
        this.tickets = new TicketFeature(
                database,
                events,
                cursors,
                customers::customers,
                identity::agents,
                options.ticketListeners,
                options.meterRegistry);
        this.conversations = new ConversationFeature(
                tickets,
                storage,
                cursors,
                customers::customers,
                identity::agents,
                Features::noMail,
                options.maxAttachmentBytes);
        this.idempotency = new IdempotencyFeature();
        registerMaintenance(options);
    }

    private static Outgoing noMail() {
        return new Outgoing() {
            @Override
            public Optional<Message.MailFacts> address(
                    Tx tx, Scope scope, Ticket ticket, MessageId id, NewMessage message) {
                return Optional.empty();
            }

            @Override
            public void enqueue(Tx tx, Scope scope, Message message) {}
        };
    }

    private void registerMaintenance(InsightDesk.Builder options) {
        Duration closeAfter = options.closeResolvedAfter;
        jobs.register(
                MaintenanceTask.global("insightdesk.partitions", Duration.ofDays(1), () -> events.ensurePartitions()));
        jobs.register(MaintenanceTask.perTenant(
                "insightdesk.tickets.close",
                Duration.ofMinutes(10),
                scope -> tickets.closeResolved(scope, closeAfter)));
        jobs.register(MaintenanceTask.perTenant("insightdesk.blobs.sweep", Duration.ofHours(1), scope -> {
            conversations.forgetUploads(scope, StorageFeature.ABANDONED_AFTER);
            storage.sweep(scope.tenant(), StorageFeature.ABANDONED_AFTER);
        }));
        jobs.register(MaintenanceTask.perTenant(
                "insightdesk.idempotency.purge", Duration.ofHours(1), scope -> idempotency.purge(scope)));
    }
}
