package io.insightdesk;

import static java.util.Objects.requireNonNull;

import io.insightdesk.conversation.AttachmentLinks;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Audit;
import io.insightdesk.event.Events;
import io.insightdesk.event.LiveEventLimits;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Migrations;
import io.insightdesk.internal.db.Replica;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.job.JobHandlers;
import io.insightdesk.job.JobOperations;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.Workers;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.KeyProvider;
import io.insightdesk.key.SealedSecrets;
import io.insightdesk.limit.RateLimiter;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Logins;
import io.insightdesk.login.internal.LoginFeature;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.MailTransport;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.storage.FileScanner;
import io.insightdesk.storage.UnscannedFiles;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.transfer.TenantDeletions;
import io.insightdesk.transfer.TenantExports;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The help desk of an application. Thread-safe and costly: make one per database, keep it, and close it at the end. Several may
 * live in one JVM.
 *
 * <p>Background work is off until {@link #workers()} are started.
 *
 * @since 0.1.0
 */
public final class InsightDesk implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InsightDesk.class);

    private final Features features;
    private final HealthChecks health;
    private final MeterRegistry meterRegistry;
    private final ObservationRegistry observations;
    private final Duration stopGrace;

    private InsightDesk(Features features, Builder options) {
        this.features = features;
        this.meterRegistry = options.meterRegistry;
        this.observations = options.observations;
        this.stopGrace = options.stopGrace;
        this.health = new HealthChecks(features, options.clock, meterRegistry);
        ActiveTickets.register(features, meterRegistry);
    }

    /**
     * Begins with a configuration in which only the data source is missing.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Chooses a tenant.
     *
     * @param id the tenant; whether it exists is found out by the first call
     * @return the tenant, to be told who acts there
     */
    public TenantScope tenant(TenantId id) {
        return new TenantScope(features, requireNonNull(id, "id"));
    }

    /**
     * The tenants themselves. For the host's own administration: nobody's permissions are checked.
     *
     * @return the service
     */
    public Tenants tenants() {
        return features.tenants.tenants();
    }

    /**
     * Secrets that are encrypted in the database, for whoever changes the encryption key. For the host's own administration:
     * nobody's permissions are checked.
     *
     * @return the service
     */
    public SealedSecrets sealedSecrets() {
        return features.secrets;
    }

    /**
     * Deletes tenants with all they have, and proves it.
     *
     * @return the service
     */
    public TenantDeletions tenantDeletions() {
        return features.transfer.tenantDeletions();
    }

    /**
     * Exports tenants with all they have.
     *
     * @return the service
     */
    public TenantExports tenantExports() {
        return features.transfer.tenantExports();
    }

    /**
     * Finds out who comes with an API token, or with an access token of the library's own login.
     *
     * @param bearer the token, as it stands after {@code Bearer} in a request
     * @return whom it stands for; empty when it is malformed, unknown, expired or revoked, or its session has ended
     */
    public Optional<Authenticated> authenticate(String bearer) {
        Optional<Authenticated> found = features.identity.authenticate(bearer);
        return found.isPresent() || features.login == null ? found : features.login.authenticate(bearer);
    }

    /**
     * The help desk for somebody who came with a token: with what both the token and its agent may.
     *
     * @param who the answer of {@link #authenticate}
     * @return the tenant's help desk for the token
     */
    public Desk desk(Authenticated who) {
        requireNonNull(who, "who");
        Authority authority = features.refusals.logged(
                features.login == null || who.session() == null
                        ? features.identity.authority(who)
                        : features.login.authority(who));
        return new Desk(
                features,
                (transactions, requestId, origin) -> new Scope(
                        who.tenant(), who.actor(), authority, transactions, features.clock, requestId, origin),
                features.asked,
                who.session());
    }

    /**
     * The library's own login.
     *
     * @return the service; empty unless {@link Builder#login} switched it on
     */
    public Optional<Logins> logins() {
        return Optional.ofNullable(features.login).map(LoginFeature::logins);
    }

    /**
     * Counts how often something is done, over all nodes of this help desk. The HTTP API counts its requests here; a host may count
     * what it likes, under policies of other names.
     *
     * @return the limiter
     */
    public RateLimiter rateLimiter() {
        return features.limits.limiter();
    }

    /**
     * Where background jobs, and requests of the HTTP API, are observed.
     *
     * @return the registry that was given; one that observes nothing otherwise
     */
    public ObservationRegistry observationRegistry() {
        return observations;
    }

    /**
     * Files by signed links, without a login.
     *
     * @return the service
     */
    public AttachmentLinks attachmentLinks() {
        return features.attachmentLinks;
    }

    /**
     * Events for the host's own code.
     *
     * @return the service
     */
    public Events events() {
        return features.events.events();
    }

    /**
     * Background work on this node.
     *
     * @return to start and stop it
     */
    public Workers workers() {
        return features.jobs.workers();
    }

    /**
     * Jobs of the host itself, which belong to no tenant. For a tenant's there is {@link Desk#jobs()}.
     *
     * @return the service
     */
    public Jobs jobs() {
        return features.jobs.jobs();
    }

    /**
     * Jobs of the host itself, enqueued in its own open transaction: they exist when the host commits, and are found by polling
     * within about a second.
     * For a tenant's there is {@link Desk#within(Connection, java.util.function.Function)}.
     *
     * @param connection one with an open transaction: not in autoCommit mode, or in an XA branch
     * @return the service, to be used by the transaction's thread
     */
    public Jobs jobs(Connection connection) {
        return jobs(connection, TransactionHooks.NONE);
    }

    /**
     * Jobs of the host itself, enqueued in its own open transaction, and begun as soon as it is committed.
     *
     * @param connection one with an open transaction: not in autoCommit mode, or in an XA branch
     * @param hooks tells of the commit
     * @return the service, to be used by the transaction's thread
     */
    public Jobs jobs(Connection connection, TransactionHooks hooks) {
        return features.jobs.jobs(
                features.on(requireNonNull(connection, "connection"), requireNonNull(hooks, "hooks")));
    }

    /**
     * What operators say of queues and kinds of jobs, such as weights, limits and pauses, and see of the nodes.
     *
     * @return the service
     */
    public JobOperations jobOperations() {
        return features.jobs.operations(() -> {});
    }

    /**
     * The audit trail of a tenant, for the host's own administration: nobody's permissions are checked, and suspended tenants have
     * theirs as well. For a tenant's own people there is {@link Desk#audit()}.
     *
     * @param tenant the tenant
     * @return the trail; empty where there is no such tenant
     */
    public Audit audit(TenantId tenant) {
        requireNonNull(tenant, "tenant");
        return features.events.audit(
                new Scope(tenant, Actor.system(), Authority.ALL, features.database, features.clock, null));
    }

    /**
     * Recurring jobs of the host itself, which belong to no tenant. For a tenant's there is {@link Desk#jobSchedules()}.
     *
     * @return the service
     */
    public JobSchedules jobSchedules() {
        return features.jobs.schedules();
    }

    /**
     * Handlers for the host's own kinds of jobs.
     *
     * @return where to register them, before the workers start
     */
    public JobHandlers jobHandlers() {
        return features.jobs.handlers();
    }

    /**
     * Finds out how the library is doing: the database, the clocks, the background work, the Valkey where there is one. Takes a
     * connection.
     *
     * @return what was found; never throws because something is down
     */
    public Health health() {
        return health.check();
    }

    /**
     * Where the library's metrics are.
     *
     * @return the host's registry, or one of the library's own where the host gave none
     */
    public MeterRegistry meterRegistry() {
        return meterRegistry;
    }

    /** Stops the background work, and closes what the library made itself; never the data source. */
    @Override
    public void close() {
        if (workers().running() && !workers().stop(stopGrace)) {
            log.warn("Some jobs were not done within {}; another node, or the next start, does them", stopGrace);
        }
        features.events.events().endStreams();
        features.limits.close();
        features.jobs.close();
        features.refusals.close();
    }

    /** Collects how the library shall be. Only the data source is mandatory. Not thread-safe. */
    public static final class Builder {

        /** The schema that holds the library's tables. */
        public static final String DEFAULT_SCHEMA = "insightdesk";

        /** How long a ticket stays resolved before it closes. */
        public static final Duration DEFAULT_CLOSE_RESOLVED_AFTER = Duration.ofDays(7);

        /** The greatest size of an attachment, in bytes. */
        public static final long DEFAULT_MAX_ATTACHMENT_BYTES = 50L * 1024 * 1024;

        /** How long {@link InsightDesk#close()} waits for running jobs. */
        public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(20);

        /** How old what is read from a replica may be. */
        public static final Duration DEFAULT_MAX_REPLICA_LAG = Duration.ofSeconds(5);

        /** How long a statement may take that somebody waits for. */
        public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

        private static final Duration MAX_STATEMENT_TIMEOUT = Duration.ofDays(1);

        private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

        private @Nullable DataSource dataSource;
        private @Nullable DataSource migrationDataSource;
        private @Nullable DataSource listenDataSource;
        private @Nullable DataSource readDataSource;
        private Duration maxReplicaLag = DEFAULT_MAX_REPLICA_LAG;
        private String schema = DEFAULT_SCHEMA;
        private @Nullable String workRole;
        private MigrationMode migrate = MigrationMode.MIGRATE;
        private boolean allowRowSecurityBypass;
        final List<TicketListener> ticketListeners = new ArrayList<>();
        Clock clock = Clock.systemUTC();
        MeterRegistry meterRegistry = new SimpleMeterRegistry();
        MailOptions mail = MailOptions.builder().build();
        WorkerOptions workers = WorkerOptions.builder().build();
        Duration closeResolvedAfter = DEFAULT_CLOSE_RESOLVED_AFTER;
        Duration stopGrace = DEFAULT_STOP_GRACE;
        Duration statementTimeout = DEFAULT_STATEMENT_TIMEOUT;
        long maxAttachmentBytes = DEFAULT_MAX_ATTACHMENT_BYTES;
        LiveEventLimits liveEventLimits = LiveEventLimits.DEFAULT;

        @Nullable String valkey;

        @Nullable KeyProvider keys;

        @Nullable EncryptionKeys encryptionKeys;

        @Nullable LoginOptions login;

        @Nullable String operatorTenant;

        ObservationRegistry observations = ObservationRegistry.NOOP;

        @Nullable BlobStore blobStore;

        @Nullable FileScanner fileScanner;

        UnscannedFiles unscannedFiles = UnscannedFiles.REFUSE;

        private Builder() {}

        /**
         * Sets where the help desk lives: PostgreSQL 15 or newer. A pool, usually the host's own; the library never closes it.
         *
         * @param value the data source
         * @return this
         */
        public Builder dataSource(DataSource value) {
            this.dataSource = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the data source for migrations, where the user of the usual one may not change the schema. It must not be a
         * transaction pooler. The usual one otherwise.
         *
         * @param value the data source
         * @return this
         */
        public Builder migrationDataSource(DataSource value) {
            this.migrationDataSource = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where a node whose workers run takes the one connection on which it hears of other nodes' jobs, such as past a
         * transaction pooler, which keeps notifications from arriving. One connection of the usual data source otherwise. It is
         * kept while the workers run. Where notifications do not arrive, jobs of other nodes are found by polling. Not used where
         * there is a {@link #valkey}.
         *
         * @param value the data source
         * @return this
         */
        public Builder listenDataSource(DataSource value) {
            this.listenDataSource = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where lists and reports may be read: a streaming replica of the usual database. A read goes there when its
         * {@link Desk} is known to have seen no more than the replica has replayed: after the first read of a desk, or of one that was
         * {@linkplain Desk#withReadAfter told} what its caller saw elsewhere. Everything else is read from the usual data source, and so
         * is all while the replica is away, too far behind, or promoted. What decides who may see what is never asked there. None
         * otherwise.
         *
         * <p>A pool whose connections and sockets have short time-outs, such as a second: a read waits for it before it turns to the
         * usual one. Its user needs the same rights as that of the usual one. The library never closes it.
         *
         * @param value the data source
         * @return this
         */
        public Builder readDataSource(DataSource value) {
            this.readDataSource = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how old what is read from the {@link #readDataSource} may be; {@link #DEFAULT_MAX_REPLICA_LAG} otherwise. Whatever was
         * committed longer ago, by whomever, is seen.
         *
         * @param value a positive time
         * @return this
         */
        public Builder maxReplicaLag(Duration value) {
            this.maxReplicaLag = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long a single statement may take, its waits for locks included, of what a person or program asks of a
         * {@link Desk}; {@link #DEFAULT_STATEMENT_TIMEOUT} otherwise. It is then ended by the database: the call fails with
         * {@link io.insightdesk.error.UnavailableException}, code {@code statement_timeout}, and nothing of it is done. A shorter
         * {@code statement_timeout} of the connection holds instead. On a host's own connection what was set there is back after each
         * call, and while the host's listeners run.
         *
         * <p>Not for background jobs and the schema's migration, which may take as long as the connection's own setting lets them.
         *
         * @param value a time of at most a day; zero for no other limit than the connection's own
         * @return this
         */
        public Builder statementTimeout(Duration value) {
            this.statementTimeout = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets a Valkey by which nodes wake each other when there are jobs to do, instead of notifications of PostgreSQL, and in
         * which they count what is limited by rate, instead of a table. All nodes of a database should have the same. While it is
         * away, also at the start, jobs of other nodes are found by polling and rates are counted by PostgreSQL, and
         * {@link InsightDesk#health()} says so. It needs {@code io.lettuce:lettuce-core} on the class path, which this library does
         * not bring.
         *
         * <p>Several help desks may share a Valkey. What is stored there can be lost without harm; a user of its own needs the right to
         * publish and subscribe to channels {@code insightdesk:job:*}, and {@code eval}, {@code time}, {@code hmget}, {@code hset} and
         * {@code pexpire} on keys {@code insightdesk:limit:*}; in a cluster {@code cluster|nodes} and {@code info} as well.
         *
         * <p>Several nodes, with commas between, are a cluster, of which the other nodes are found by those; only one of those named
         * has to answer. Scripts go to the node that has their key, signals by any, also while a part of the cluster is away;
         * {@link InsightDesk#health()} says which. Who has one name for all nodes writes it twice.
         *
         * @param uri {@code redis://host:6379}, or {@code rediss://host:6379} for TLS, or {@code redis://one:6379,two:6379} for a
         *     cluster; {@code user:password@} or {@code :password@} may stand before the first host, percent-encoded. {@code valkey}
         *     and {@code valkeys} are taken for the scheme, too; a database's number at the end makes no difference to channels.
         *     Never logged with the password
         * @return this
         */
        public Builder valkey(String uri) {
            this.valkey = requireNonNull(uri, "uri");
            return this;
        }

        /**
         * Sets the schema for the library's tables; {@value #DEFAULT_SCHEMA} otherwise.
         *
         * @param value lower-case letters, digits and underscores
         * @return this
         */
        public Builder schema(String value) {
            this.schema = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the database role under which tenants' rows are touched, where the data source's user owns the tables or could
         * see past row-level security. The schema's name with {@code _work} otherwise; made by the migration where it may.
         *
         * @param value lower-case letters, digits and underscores
         * @return this
         */
        public Builder workRole(String value) {
            this.workRole = requireNonNull(value, "value");
            return this;
        }

        /**
         * Goes on where row-level security cannot hold. The queries name the tenant all the same; what is lost is the second
         * lock. Logged as a warning.
         *
         * @param value true to go on
         * @return this
         */
        public Builder allowRowSecurityBypass(boolean value) {
            this.allowRowSecurityBypass = value;
            return this;
        }

        /**
         * Sets where background jobs are observed, so that a tracer can follow them: {@code insightdesk.job.enqueue} where a job is
         * enqueued, and {@code insightdesk.job.handle} around its handler, which goes on with the trace of the first. So do requests
         * of the HTTP API where it is an application of its own: {@code insightdesk.http.request} goes on with the caller's
         * {@code traceparent}, unless the server observes requests itself. Nothing is observed otherwise.
         *
         * @param registry the host's
         * @return this
         */
        public Builder observationRegistry(ObservationRegistry registry) {
            this.observations = requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Names the tenant of those who operate the installation: its administrators may also do what concerns all tenants, such
         * as pausing queues of jobs. Nobody may otherwise, but for the host's own code.
         *
         * @param slug the tenant's slug; the tenant may be made later
         * @return this
         */
        public Builder operatorTenant(String slug) {
            this.operatorTenant = requireNonNull(slug, "slug");
            return this;
        }

        /**
         * Sets what to do about the schema; {@link MigrationMode#MIGRATE} otherwise.
         *
         * @param value the mode
         * @return this
         */
        public Builder migrate(MigrationMode value) {
            this.migrate = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the time that users see; the system's, in UTC, otherwise. Leases use the database's.
         *
         * @param value the clock
         * @return this
         */
        public Builder clock(Clock value) {
            this.clock = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the integrity keys, which sign cursors and reply addresses; keys that the library makes and keeps in the database
         * otherwise.
         *
         * @param value the host's keys
         * @return this
         */
        public Builder keys(KeyProvider value) {
            this.keys = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the keys that encrypt secrets in the database, such as seeds of second factors. There is no default: without them,
         * what would have to keep a secret is refused with code {@code encryption_key_missing}. All nodes need the same ones.
         *
         * @param value such as {@link EncryptionKeys#of}
         * @return this
         */
        public Builder encryptionKeys(EncryptionKeys value) {
            this.encryptionKeys = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where files and raw mails are kept; the database otherwise.
         *
         * @param value such as a {@link io.insightdesk.storage.FileSystemBlobStore}
         * @return this
         */
        public Builder blobStore(BlobStore value) {
            this.blobStore = requireNonNull(value, "value");
            return this;
        }

        /**
         * Switches the library's own login on, for installations that have no users of their own: {@link InsightDesk#logins()}. Needs
         * libraries on the class path that this one does not bring; {@link LoginOptions} names them.
         *
         * @param value the options
         * @return this
         */
        public Builder login(LoginOptions value) {
            this.login = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how answers leave by mail; without this, or {@link #mail(MailOptions)}, they do not leave by mail.
         *
         * @param value such as a {@link io.insightdesk.mail.SmtpMailTransport}
         * @return this
         */
        public Builder mailTransport(MailTransport value) {
            this.mail = MailOptions.builder().transport(value).build();
            return this;
        }

        /**
         * Sets everything about mail, the transport included.
         *
         * @param value the options
         * @return this
         */
        public Builder mail(MailOptions value) {
            this.mail = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where metrics go; a registry of the library's own otherwise. Their names begin with {@code insightdesk.}.
         *
         * <p>Micrometer's naming for Prometheus takes the word "created", which it holds to be reserved, off the end of a name:
         * the counter {@code insightdesk.tickets.created} becomes {@code insightdesk_tickets_total}. The standalone server
         * has a {@code NamingConvention} that keeps it: {@code insightdesk_tickets_created_total}.
         *
         * @param value the host's registry
         * @return this
         */
        public Builder meterRegistry(MeterRegistry value) {
            this.meterRegistry = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how this node works in the background, once its workers are started.
         *
         * @param value the options
         * @return this
         */
        public Builder workers(WorkerOptions value) {
            this.workers = requireNonNull(value, "value");
            return this;
        }

        /**
         * Adds code of the host that runs inside the transaction of a change.
         *
         * @param value the listener
         * @return this
         */
        public Builder ticketListener(TicketListener value) {
            ticketListeners.add(requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets what looks for malware in files that come in, by upload or by mail, before anybody can read them. Infected uploads are refused
         * ({@link io.insightdesk.error.InvalidInputException}, {@code file_infected}); infected files of a mail are kept with it and
         * given to nobody. Nothing looks otherwise.
         *
         * @param value the scanner, such as a {@link io.insightdesk.storage.ClamdScanner}
         * @return this
         */
        public Builder fileScanner(FileScanner value) {
            this.fileScanner = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets what becomes of files that the {@link #fileScanner} did not look at, because it does not answer or will not;
         * {@link UnscannedFiles#REFUSE} otherwise. Holds also for files of that kind that were stored before.
         *
         * @param value refuse or accept
         * @return this
         */
        public Builder unscannedFiles(UnscannedFiles value) {
            this.unscannedFiles = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long a ticket stays resolved before it closes; {@link #DEFAULT_CLOSE_RESOLVED_AFTER} otherwise.
         *
         * @param value a positive time
         * @return this
         */
        public Builder closeResolvedAfter(Duration value) {
            this.closeResolvedAfter = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the greatest size of an attachment; {@value #DEFAULT_MAX_ATTACHMENT_BYTES} bytes otherwise.
         *
         * @param value a number of bytes
         * @return this
         */
        public Builder maxAttachmentBytes(long value) {
            this.maxAttachmentBytes = value;
            return this;
        }

        /**
         * Limits how many streams of live events are open at once on this node; {@link LiveEventLimits#DEFAULT} otherwise.
         *
         * @param value the limits
         * @return this
         */
        public Builder liveEventLimits(LiveEventLimits value) {
            this.liveEventLimits = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long {@link InsightDesk#close()} waits for running jobs; {@link #DEFAULT_STOP_GRACE} otherwise.
         *
         * @param value the time
         * @return this
         */
        public Builder stopGrace(Duration value) {
            this.stopGrace = requireNonNull(value, "value");
            return this;
        }

        /**
         * Checks everything, brings the schema to this release unless told otherwise, and makes the help desk.
         *
         * @return the help desk; the caller closes it
         * @throws io.insightdesk.error.InvalidInputException listing everything that is wrong with the configuration, or when
         *     row-level security cannot hold, with the remedy
         * @throws io.insightdesk.error.UnavailableException when the database does not answer or the migration fails
         */
        public InsightDesk build() {
            DataSource source = check();
            String role = workRole == null ? schema + "_work" : workRole;
            long begun = System.nanoTime();
            int applied = prepareSchema(migrationDataSource == null ? source : migrationDataSource, role);
            Replica replica = readDataSource == null
                    ? null
                    : new Replica(
                            readDataSource, source, schema, role, allowRowSecurityBypass, maxReplicaLag, meterRegistry);
            Database database = new Database(
                    source,
                    listenDataSource,
                    schema,
                    decideRole(source, role),
                    allowRowSecurityBypass,
                    replica,
                    meterRegistry);
            InsightDesk made = new InsightDesk(new Features(database, this), this);
            log.info(
                    "InsightDesk is ready after {} ms: schema {} ({} migrations applied), {}, reads {}, blobs in {}, files scanned by {}, "
                            + "integrity keys from {}, encryption keys {}, mail out by {}",
                    Duration.ofNanos(System.nanoTime() - begun).toMillis(),
                    schema,
                    applied,
                    database.describeRole(),
                    replica == null ? "at the same place" : "also at a replica",
                    blobStore == null ? "the database" : blobStore.getClass().getSimpleName(),
                    fileScanner == null ? "nothing" : fileScanner.getClass().getSimpleName(),
                    keys == null ? "the database" : "the host",
                    encryptionKeys == null
                            ? "missing: no secrets can be kept"
                            : "from the host, the current one " + encryptionKeys.currentId(),
                    mail.transport() == null
                            ? "nothing: no transport is configured"
                            : mail.transport().getClass().getSimpleName());
            return made;
        }

        private DataSource check() {
            Violations violations = new Violations();
            if (dataSource == null) {
                violations.add("/dataSource", "required", "A data source is required: builder().dataSource(…).");
            }
            if (!NAME.matcher(schema).matches()) {
                violations.add(
                        "/schema", "invalid_value", "A schema's name has lower-case letters, digits and underscores.");
            }
            if (workRole != null && !NAME.matcher(workRole).matches()) {
                violations.add(
                        "/workRole", "invalid_value", "A role's name has lower-case letters, digits and underscores.");
            }
            if (closeResolvedAfter.isNegative() || closeResolvedAfter.isZero()) {
                violations.add("/closeResolvedAfter", "out_of_range", "The time must be positive.");
            }
            if (stopGrace.isNegative()) {
                violations.add("/stopGrace", "out_of_range", "The time cannot be negative.");
            }
            if (statementTimeout.isNegative() || statementTimeout.compareTo(MAX_STATEMENT_TIMEOUT) > 0) {
                violations.add("/statementTimeout", "out_of_range", "The time is from zero to a day.");
            }
            if (maxReplicaLag.isNegative() || maxReplicaLag.isZero()) {
                violations.add("/maxReplicaLag", "out_of_range", "The time must be positive.");
            }
            if (maxAttachmentBytes < 1) {
                violations.add("/maxAttachmentBytes", "out_of_range", "The size must be positive.");
            }
            if (login != null) {
                LoginFeature.checkLibraries(login, violations);
            }
            if (valkey != null) {
                JobFeature.checkValkey(valkey, violations);
            }
            violations.throwIfAny();
            return requireNonNull(dataSource, "dataSource");
        }

        private int prepareSchema(DataSource source, String role) {
            return switch (migrate) {
                case MIGRATE -> new Migrations(source, schema, role).migrate();
                case VALIDATE -> {
                    new Migrations(source, schema, role).validate();
                    yield 0;
                }
                case NONE -> 0;
            };
        }

        private @Nullable String decideRole(DataSource source, String role) {
            Roles.Decision decision = Roles.decide(source, schema, role);
            if (decision.problem().isPresent()) {
                if (!allowRowSecurityBypass) {
                    throw new InvalidInputException(
                            "/dataSource", "row_security", decision.problem().get());
                }
                log.warn(
                        "Row-level security does not hold: {}",
                        decision.problem().get());
            }
            return decision.switchTo().orElse(null);
        }
    }
}
