package io.insightdesk;

import io.insightdesk.bulk.internal.BulkFeature;
import io.insightdesk.conversation.AttachmentLinks;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.conversation.internal.Outgoing;
import io.insightdesk.customer.internal.CustomerFeature;
import io.insightdesk.error.ConflictException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.idempotency.internal.IdempotencyFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.ReadPositions;
import io.insightdesk.internal.Refusals;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.SeenPosition;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.SealedSecrets;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.limit.internal.LimitFeature;
import io.insightdesk.login.internal.LoginFeature;
import io.insightdesk.mail.MailNotSentException;
import io.insightdesk.mail.internal.MailFeature;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.ticket.internal.TicketFeature;
import io.insightdesk.transfer.internal.TransferFeature;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All features, made once and in the order of their arrows: lower ones first. */
final class Features {

    private static final int TENANTS_AT_ONCE = 500;

    final Database database;
    final Clock clock;
    final Refusals refusals = new Refusals();
    final TenantFeature tenants;
    final SealedSecrets secrets;
    final Transactions transactions;

    /** What desks work in. */
    final Transactions asked;

    private final Duration statementTimeout;
    final ReadPositions readPositions;
    final EventFeature events;
    final JobFeature jobs;
    final LimitFeature limits;
    final StorageFeature storage;
    final IdentityFeature identity;
    final CustomerFeature customers;
    final @Nullable LoginFeature login;
    final TicketFeature tickets;
    final ConversationFeature conversations;
    final AttachmentLinks attachmentLinks;
    final MailFeature mail;
    final IdempotencyFeature idempotency;
    final TransferFeature transfer;
    final BulkFeature bulk;
    private final @Nullable String operatorTenant;

    Features(Database database, InsightDesk.Builder options) {
        this.database = database;
        this.clock = options.clock;
        this.operatorTenant = options.operatorTenant;
        KeyFeature keys = new KeyFeature(database, options.keys, options.encryptionKeys);
        keys.prepare();
        Cursors cursors = new Cursors(keys);
        this.readPositions = new ReadPositions(keys);
        this.tenants = new TenantFeature(database, clock, this::append);
        this.secrets = keys.sealedSecrets(this::tenantsAfter);
        this.transactions = tenants.gated(database);
        this.statementTimeout = options.statementTimeout;
        this.asked = tenants.gated(database.limitedTo(statementTimeout));
        this.jobs = new JobFeature(
                database,
                clock,
                options.meterRegistry,
                options.observations,
                tenants.tenants(),
                cursors,
                options.workers,
                options.valkey,
                JobFeature.Probe.NONE);
        this.events = new EventFeature(
                database, keys, jobs.eventDeliveries(), options.liveEventLimits, options.meterRegistry);
        this.limits =
                new LimitFeature(database, options.meterRegistry, jobs.scripts(), options.workers.threadFactory());
        this.storage = new StorageFeature(
                database, clock, options.blobStore, options.fileScanner, options.unscannedFiles, options.meterRegistry);
        this.identity = new IdentityFeature(database, events, cursors, clock, this::agentEnded);
        this.customers = new CustomerFeature(events, cursors);
        this.login = options.login == null
                ? null
                : new LoginFeature(
                        database,
                        clock,
                        tenants.tenants(),
                        identity,
                        customers,
                        events,
                        keys,
                        jobs,
                        new LoginPost(),
                        options.login);
        this.tickets = new TicketFeature(
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
                keys,
                customers::customers,
                identity::agents,
                this::outgoing,
                options.maxAttachmentBytes);
        this.attachmentLinks = conversations.links(
                clock, tenant -> new Scope(tenant, Actor.system().via("link"), Authority.ALL, asked, clock, null));
        this.mail = new MailFeature(
                database,
                clock,
                options.meterRegistry,
                keys,
                events,
                jobs,
                storage,
                cursors,
                customers::customers,
                tickets,
                conversations,
                options.mail);
        mail.registerJobs();
        if (login != null) {
            login.registerJobs();
        }
        this.idempotency = new IdempotencyFeature();
        this.transfer = new TransferFeature(database, clock, events, jobs, storage, tenants, cursors);
        transfer.registerJobs();
        this.bulk = new BulkFeature(transactions, clock, events, jobs, identity, tickets, transfer);
        bulk.registerJobs();
        registerMaintenance(options);
    }

    /** The same transactions for one caller, whose reads may go to a replica; closed to tenants that are suspended. */
    Transactions followedBy(SeenPosition seen) {
        return tenants.gated(database.followedBy(seen, statementTimeout));
    }

    /** Transactions that are part of a host's open one. */
    Transactions on(Connection connection, TransactionHooks hooks) {
        return database.on(
                connection,
                hooks.equals(TransactionHooks.NONE) ? Database.NO_HOOKS : hooks::afterCommit,
                statementTimeout);
    }

    /** The same for a desk: closed to tenants that are suspended. */
    Transactions gatedOn(Connection connection, TransactionHooks hooks) {
        return tenants.gated(on(connection, hooks));
    }

    /** The event log is above tenants, so it does not exist yet when they are made. */
    private void append(Tx tx, Scope scope, String type, Map<String, ?> payload) {
        events.append(tx, scope, type, payload);
    }

    /** Logins are above agents, so they do not exist yet when these are made. */
    private void agentEnded(Tx tx, Scope scope, AgentId agent) {
        if (login != null) {
            login.endSessions(tx, scope, agent, "agent_switched_off");
        }
    }

    /** Refuses what only those may do who operate the installation. */
    void requireOperator(Scope scope) {
        Access access = scope.access();
        access.require(Permission.JOB_ADMIN);
        String slug = operatorTenant;
        if (slug == null
                || tenants.tenants()
                        .findBySlug(slug)
                        .filter(tenant -> tenant.id().equals(scope.tenant()))
                        .isEmpty()) {
            throw access.refusal("job:operate");
        }
    }

    /** The library's own login, for whoever needs it. */
    LoginFeature login() {
        if (login == null) {
            throw new ConflictException(
                    "login_not_configured",
                    "The library's own login is off: InsightDesk.builder().login(…) switches it on.");
        }
        return login;
    }

    /** The mail feature is above logins, so it does not exist yet when they are made. */
    private final class LoginPost implements LoginFeature.Post {
        @Override
        public boolean works() {
            return mail.works();
        }

        @Override
        public void send(LoginFeature.Letter letter) throws MailNotSentException {
            mail.send(letter.from(), letter.to(), letter.subject(), letter.text());
        }
    }

    /** The mail feature is above conversations, so it does not exist yet when they are made. */
    private Outgoing outgoing() {
        return mail.outgoing();
    }

    private List<UUID> tenantsAfter(@Nullable UUID id) {
        return tenants.tenants().ids(id == null ? null : new TenantId(id), TENANTS_AT_ONCE).stream()
                .map(TenantId::value)
                .toList();
    }

    private void registerMaintenance(InsightDesk.Builder options) {
        Duration closeAfter = options.closeResolvedAfter;
        if (options.encryptionKeys != null) {
            jobs.register(MaintenanceTask.global("secrets.reseal", Duration.ofHours(1), secrets::reseal));
        }
        jobs.register(MaintenanceTask.global("partitions", Duration.ofDays(1), () -> events.ensurePartitions()));
        jobs.register(MaintenanceTask.global("jobs.history", Duration.ofDays(1), jobs::tendHistory));
        jobs.register(MaintenanceTask.global("jobs.schedules", Duration.ofMinutes(10), jobs::tendSchedules));
        jobs.register(MaintenanceTask.global("limits.purge", Duration.ofMinutes(10), limits::purge));
        jobs.register(MaintenanceTask.perTenant("audit.seal", Duration.ofMinutes(10), events::seal));
        jobs.register(MaintenanceTask.perTenant(
                "tickets.close",
                Duration.ofMinutes(10),
                scope -> tickets.closeResolved(scope, tenants.closeResolvedAfter(scope, closeAfter))));
        jobs.register(MaintenanceTask.perTenant("blobs.sweep", Duration.ofHours(1), scope -> {
            conversations.forgetUploads(scope, StorageFeature.ABANDONED_AFTER);
            storage.sweep(scope.tenant(), StorageFeature.ABANDONED_AFTER);
        }));
        jobs.register(
                MaintenanceTask.perTenant("idempotency.purge", Duration.ofHours(1), scope -> idempotency.purge(scope)));
    }
}
