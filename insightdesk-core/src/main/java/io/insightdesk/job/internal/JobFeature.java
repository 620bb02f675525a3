package io.insightdesk.job.internal;

import io.insightdesk.error.Violations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobHandlers;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobOperations;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.Workers;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the job engine from its collaborators; what other features may use of it. Thread-safe. */
public final class JobFeature {

    private static final Logger log = LoggerFactory.getLogger(JobFeature.class);

    /** How long it is known which jobs are done. */
    static final Duration HISTORY = Duration.ofDays(7);

    private static final int HISTORY_DAYS_AHEAD = 4;

    private static final String VALKEY_CLIENT = "io.lettuce.core.RedisClient";

    private final JobStore store = new JobStore();
    private final EnqueueStore enqueued;
    private final HandlerRegistry handlers = new HandlerRegistry();
    private final MaintenanceJobs maintenance;
    private final Announcements announcements;
    private final JobRunner runner;
    private final JobEngine engine;
    private final SignalWire wire;
    private final SignalSender signals;
    private final boolean hasValkey;
    private final EventDeliveries deliveries;
    private final ScheduleClocks clocks;
    private final Database database;
    private final Clock clock;
    private final Cursors cursors;

    /** Where it is written down what administrators do to jobs and schedules. */
    @FunctionalInterface
    public interface ChangeLog {

        /** Appends an event in the transaction of the change. */
        void append(Tx tx, Scope scope, String type, Map<String, ?> payload);
    }

    private static final ChangeLog NOTHING = (tx, scope, type, payload) -> {};

    /** Where a test may stop the process. Does nothing otherwise. */
    @FunctionalInterface
    public interface Probe {

        /** Stops nowhere. */
        Probe NONE = (point, kind, id) -> {};

        /** The job is claimed, its handler not called. */
        String AFTER_CLAIM = "after-claim";

        /** The handler is through, the job not ended. */
        String BEFORE_COMPLETION = "before-completion";

        /** The engine is at a point with a job. */
        void at(String point, String kind, JobId id);
    }

    /** A handler that may end its job together with what it writes. */
    @FunctionalInterface
    public interface CompletingHandler<P> {

        /**
         * Does the work; see {@link io.insightdesk.job.JobHandler#handle}.
         *
         * @param completion to end the job in a transaction of the handler's; where it is not used the job ends as others do
         */
        void handle(JobContext context, P payload, Completion completion) throws Exception;
    }

    /** Ends a tenant's job in a transaction, so that the job is done exactly when what is written there is. */
    @FunctionalInterface
    public interface Completion {

        /**
         * The last statement of the transaction.
         *
         * @throws IllegalStateException when another worker has the job by now; the transaction must be rolled back
         */
        void in(Tx tx);
    }

    /** Runs scripts on the Valkey that wakes other nodes, on the connection that there is anyway. Thread-safe. */
    public interface Scripts {

        /** Tells this help desk from others that use the same Valkey; a part of keys. */
        String helpDesk();

        /**
         * What a script is run for.
         *
         * @param key the one key that it touches, which says which node of a cluster runs it
         * @param values its other arguments
         */
        record Call(String key, List<String> values) {}

        /**
         * Runs a script, which answers a whole number, for each of some calls. Takes no longer than a moment. Other calls may have
         * come to something when it throws.
         *
         * @return what it answered, in the order of the calls
         * @throws RuntimeException when one may have come to nothing
         */
        List<Long> run(String script, List<Call> calls);
    }

    /** Makes the feature; nothing runs yet. */
    public JobFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            Tenants tenants,
            Cursors cursors,
            WorkerOptions options) {
        this(database, clock, meters, tenants, cursors, options, Probe.NONE);
    }

    /** Makes the feature with a probe, for tests. */
    public JobFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            Tenants tenants,
            Cursors cursors,
            WorkerOptions options,
            Probe probe) {
        this(database, clock, meters, ObservationRegistry.NOOP, tenants, cursors, options, null, probe);
    }

    /**
     * Makes the feature with all there is to choose.
     *
     * @param valkey where the Valkey is that wakes other nodes, as {@link #checkValkey} wants it; null for notifications of the
     *     database
     */
    public JobFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            ObservationRegistry observed,
            Tenants tenants,
            Cursors cursors,
            WorkerOptions options,
            @Nullable String valkey,
            Probe probe) {
        this.database = database;
        this.clock = clock;
        this.cursors = cursors;
        JobObservations observations = new JobObservations(observed);
        this.enqueued = new EnqueueStore(observations);
        this.maintenance = new MaintenanceJobs(database, enqueued, handlers, tenants, clock);
        JobTimes times = new JobTimes(meters);
        HeldJobs held = new HeldJobs();
        WorkerName name = WorkerName.ofThisProcess();
        ThreadFactory hosts = options.threadFactory();
        ThreadFactory threads = hosts == null ? WorkerThreads.daemons() : hosts;
        this.hasValkey = valkey != null;
        this.wire = valkey == null ? new PostgresWire(database, store) : valkeyWire(database, valkey, threads);
        this.signals = new SignalSender(wire, name.text(), meters, threads);
        this.announcements = new Announcements(signals, clock);
        this.runner = new JobRunner(
                database, store, handlers, tenants, clock, times, held, announcements, observations, probe);
        this.engine = new JobEngine(new EngineParts(
                database,
                wire,
                announcements,
                store,
                new WorkerStore(),
                handlers,
                runner,
                new Completions(database, store, clock, times, held),
                held,
                maintenance,
                tenants,
                clock,
                meters,
                options,
                name));
        this.deliveries = new EventDeliveries(this, handlers, clock);
        this.clocks = new ScheduleClocks(this, handlers, database, clock);
    }

    /** The only way to the class that needs the client, so that it is not loaded where no Valkey is configured. */
    private static SignalWire valkeyWire(Database database, String uri, ThreadFactory threads) {
        ValkeyAddress address =
                ValkeyAddress.parse(uri).orElseThrow(() -> new IllegalArgumentException(ValkeyAddress.FORM));
        return new ValkeyWire(address, ValkeyChannel.of(database), threads);
    }

    /** Finds what keeps a Valkey from being used: its address, or that the client is missing. */
    public static void checkValkey(String uri, Violations violations) {
        if (ValkeyAddress.parse(uri).isEmpty()) {
            violations.add("/valkey", "invalid_value", ValkeyAddress.FORM);
        }
        try {
            Class<?> unused = Class.forName(VALKEY_CLIENT, false, JobFeature.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            log.debug("There is no {}", VALKEY_CLIENT, e);
            violations.add(
                    "/valkey",
                    "library_missing",
                    "A Valkey needs io.lettuce:lettuce-core on the class path. Add it, or configure no Valkey.");
        }
    }

    /** How the Valkey that wakes other nodes is doing. */
    public enum ValkeyState {
        /** There is none; notifications of the database do. */
        NOT_CONFIGURED,
        /** Signals go through it. */
        WORKS,
        /** Signals go through it, and a part of a cluster is away. */
        PARTLY_AWAY,
        /** Signals do not go through it; other nodes' jobs are found by polling. */
        AWAY
    }

    /**
     * How the Valkey that wakes other nodes is doing.
     *
     * @param trouble which part is away, for people; empty unless one is
     */
    public record ValkeyHealth(ValkeyState state, String trouble) {}

    /** Asks the Valkey; takes no longer than a moment. */
    public ValkeyHealth valkey() {
        if (!hasValkey) {
            return new ValkeyHealth(ValkeyState.NOT_CONFIGURED, "");
        }
        SignalWire.Condition condition = wire.condition();
        if (!condition.carries() || (engine.running() && !engine.listening())) {
            return new ValkeyHealth(ValkeyState.AWAY, "");
        }
        return new ValkeyHealth(
                condition.trouble().isEmpty() ? ValkeyState.WORKS : ValkeyState.PARTLY_AWAY, condition.trouble());
    }

    /** The Valkey, for scripts; empty where none is configured. */
    public Optional<Scripts> scripts() {
        return wire instanceof Scripts scripts ? Optional.of(scripts) : Optional.empty();
    }

    /** The background work of this node. */
    public Workers workers() {
        return engine;
    }

    /** The handlers of this node. */
    public JobHandlers handlers() {
        return handlers;
    }

    /** Gives a kind a handler that may end its job in a transaction of its own. */
    public <P> void register(JobKind<P> kind, CompletingHandler<? super P> handler, RetryPolicy policy) {
        handlers.registerOwn(kind, (job, payload) -> handler.handle(job, payload, job::complete), policy);
    }

    /** Has something done again and again, by one node at a time. */
    public void register(MaintenanceTask task) {
        maintenance.register(task);
    }

    /** How events are delivered. */
    public EventFeature.DeliveryQueue eventDeliveries() {
        return deliveries;
    }

    /** The jobs of a tenant. */
    public Jobs jobs(Scope scope) {
        return jobs(scope, NOTHING);
    }

    /** The jobs of a tenant. */
    public Jobs jobs(Scope scope, ChangeLog log) {
        return service(scope, log);
    }

    private JobService service(Scope scope, ChangeLog log) {
        return new JobService(new TenantAccess(scope, log), new JobViewStore(), this, cursors, scope.clock());
    }

    /** The jobs that are no tenant's, for the host itself. */
    public Jobs jobs() {
        return jobs(database);
    }

    /** The jobs that are no tenant's, for the host itself, in transactions of the library or a host's open one. */
    public Jobs jobs(Transactions transactions) {
        return service(transactions);
    }

    private JobService service(Transactions transactions) {
        return new JobService(new NobodysAccess(transactions), new JobViewStore(), this, cursors, clock);
    }

    /**
     * What operators say of queues and kinds.
     *
     * @param permitted throws where the caller may not do this
     */
    public JobOperations operations(Runnable permitted) {
        return operations(permitted, (type, payload) -> {});
    }

    /**
     * The same, and writes down what they did.
     *
     * @param log takes what and details; called before it is done, in no transaction
     */
    public JobOperations operations(Runnable permitted, BiConsumer<String, Map<String, ?>> log) {
        return new OperationService(database, clock, announcements::look, permitted, log);
    }

    /** The schedules of a tenant. */
    public JobSchedules schedules(Scope scope) {
        return schedules(scope, NOTHING);
    }

    /** The schedules of a tenant. */
    public JobSchedules schedules(Scope scope, ChangeLog log) {
        return new ScheduleService(
                new TenantAccess(scope, log), new ScheduleStore(), clocks, service(scope, log), cursors, scope.clock());
    }

    /** The schedules that are no tenant's, for the host itself. */
    public JobSchedules schedules() {
        return new ScheduleService(
                new NobodysAccess(database), new ScheduleStore(), clocks, service(database), cursors, clock);
    }

    /** Sees to it that each schedule has the job that makes it fire. */
    public void tendSchedules() {
        clocks.ensure();
    }

    /** Enqueues a job for the scope's tenant in a running transaction, whatever the actor may do. Empty where its unique key is taken. */
    public Optional<JobId> enqueue(Tx tx, Scope scope, NewJob job) {
        return enqueue(tx, scope.tenant(), job, scope.now());
    }

    /** Enqueues a job of the library's own that is no tenant's, in a transaction across tenants. Empty where its unique key is taken. */
    public Optional<JobId> enqueueForNobody(Tx tx, NewJob job, Instant now) {
        return enqueue(tx, null, job, now);
    }

    Optional<JobId> enqueue(Tx tx, @Nullable TenantId tenant, NewJob job, Instant now) {
        EnqueueStore.Row row = row(job, now);
        return enqueue(tx, tenant, row, now) ? Optional.of(row.id()) : Optional.empty();
    }

    /** Enqueues a job; false where its unique key is taken. */
    boolean enqueue(Tx tx, @Nullable TenantId tenant, EnqueueStore.Row row, Instant now) {
        if (!enqueued.insert(tx, tenant, row, now)) {
            return false;
        }
        if (!tx.tellsOfCommit()) {
            announcements.untold(row.job().queue());
        }
        tx.afterCommit(() -> announcements.enqueued(tenant, row, now));
        return true;
    }

    /** Enqueues a job without a unique key, with nothing else in its transaction, which takes one trip to the server. */
    void enqueueAlone(@Nullable TenantId tenant, EnqueueStore.Row row, Instant now) {
        boolean unused = database.single(tx -> enqueued.insert(tx, tenant, row, now));
        announcements.enqueued(tenant, row, now);
    }

    /** Enqueues jobs in one statement; answers how many, which is fewer where unique keys are taken. */
    int enqueueAll(
            Tx tx, @Nullable TenantId tenant, List<EnqueueStore.Row> rows, @Nullable JobBatchId batch, Instant now) {
        int inserted = enqueued.insertAll(tx, tenant, rows, batch, now);
        if (!tx.tellsOfCommit()) {
            rows.stream().map(row -> row.job().queue()).distinct().forEach(announcements::untold);
        }
        tx.afterCommit(() -> announcements.enqueued(tenant, rows, now));
        return inserted;
    }

    /** Enqueues jobs without unique keys, with nothing else in their transaction. */
    void enqueueAllAlone(@Nullable TenantId tenant, List<EnqueueStore.Row> rows, Instant now) {
        int unused = database.single(tx -> enqueued.insertAll(tx, tenant, rows, null, now));
        announcements.enqueued(tenant, rows, now);
    }

    void enqueueBatch(
            Tx tx,
            @Nullable TenantId tenant,
            JobBatchId batch,
            List<EnqueueStore.Row> rows,
            EnqueueStore.Row onEnd,
            Instant now) {
        int jobs = enqueueAll(tx, tenant, rows, batch, now);
        enqueued.insertBatch(tx, tenant, batch, jobs, onEnd, now);
        if (jobs == 0) {
            // All of its jobs were there already: it has ended as it began.
            boolean unused = enqueue(tx, tenant, onEnd, now);
        }
    }

    static EnqueueStore.Row row(NewJob job, Instant now) {
        Instant from = job.runAt();
        Instant runAt = (from == null ? now : from).plus(job.delay()).truncatedTo(ChronoUnit.MICROS);
        return new EnqueueStore.Row(new JobId(Ids.next()), job, runAt);
    }

    /** Makes room for the record of the next days' jobs, and forgets that of long ago. */
    public void tendHistory() {
        Instant now = clock.instant();
        int made = database.system(tx -> store.ensureHistory(tx, now, HISTORY_DAYS_AHEAD));
        int dropped = database.system(tx -> store.dropHistory(tx, now.minus(HISTORY)));
        int outdated = database.system(tx -> store.dropOutdated(tx, now.minus(HISTORY), now));
        log.debug("{} rows of ended batches and of keys and rates that no longer hold were removed", outdated);
        log.debug("The record of done jobs: {} days were added, {} were dropped", made, dropped);
    }

    /** Tells other nodes what is still to be told; the workers are stopped before. */
    public void close() {
        signals.close();
        wire.close();
    }

    boolean listening() {
        return engine.listening();
    }

    /** There may be something to do, in whatever queue. */
    void wake() {
        announcements.look(Signal.EVERY_QUEUE);
    }

    /** Somebody cancelled a job that may run here. */
    void cancel(JobId id) {
        runner.cancel(id);
    }

    private record TenantAccess(Scope scope, ChangeLog log) implements JobService.Access {
        @Override
        public TenantId tenant() {
            return scope.tenant();
        }

        @Override
        public boolean joinsAnother() {
            return scope.transactions().joinsAnother();
        }

        @Override
        public void require(Permission permission) {
            scope.require(permission);
        }

        @Override
        public <T extends @Nullable Object> T run(TxWork<T> work) {
            return scope.run(work);
        }

        @Override
        public void record(Tx tx, String type, Map<String, ?> payload) {
            log.append(tx, scope, type, payload);
        }
    }

    private record NobodysAccess(Transactions transactions) implements JobService.Access {
        @Override
        public @Nullable TenantId tenant() {
            return null;
        }

        @Override
        public boolean joinsAnother() {
            return transactions.joinsAnother();
        }

        @Override
        public void require(Permission permission) {
            // The host itself may do everything.
        }

        @Override
        public <T extends @Nullable Object> T run(TxWork<T> work) {
            return transactions.run(Lane.NOBODY, work);
        }

        @Override
        public void record(Tx tx, String type, Map<String, ?> payload) {
            // There is no tenant whose trail it could be in.
        }
    }
}
