package io.insightdesk.job.internal;

import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobHandlers;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.Workers;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the job engine from its collaborators; what other features may use of it. Thread-safe. */
public final class JobFeature {

    private final JobStore store = new JobStore();
    private final HandlerRegistry handlers = new HandlerRegistry();
    private final MaintenanceJobs maintenance;
    private final JobEngine engine;
    private final EventDeliveries deliveries;
    private final Database database;
    private final Clock clock;
    private final Cursors cursors;

    /** Where a test may stop the process. Does nothing otherwise. */
    @FunctionalInterface
    public interface Probe {

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

    /** Makes the feature; nothing runs yet. */
    public JobFeature(
            Database database,
            Clock clock,
            MeterRegistry meters,
            Tenants tenants,
            Cursors cursors,
            WorkerOptions options) {
        this(database, clock, meters, tenants, cursors, options, (point, kind, id) -> {});
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
        this.database = database;
        this.clock = clock;
        this.cursors = cursors;
        this.maintenance = new MaintenanceJobs(database, store, handlers, tenants, clock);
        this.engine = new JobEngine(
                database,
                store,
                handlers,
                new JobRunner(database, store, handlers, clock, meters, probe),
                maintenance,
                clock,
                meters,
                options,
                ProcessHandle.current().pid() + "-" + Ids.next());
        this.deliveries = new EventDeliveries(this, handlers, clock);
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
        return new JobService(new TenantAccess(scope), JobViewStore.ofTenant(), this, cursors, scope.clock());
    }

    /** The jobs that are no tenant's, for the host itself. */
    public Jobs jobs() {
        return new JobService(new NobodysAccess(database), JobViewStore.ofNobody(), this, cursors, clock);
    }

    /** Enqueues a job for the scope's tenant in a running transaction, whatever the actor may do. Empty where its unique key is taken. */
    public Optional<JobId> enqueue(Tx tx, Scope scope, NewJob job) {
        return enqueue(tx, scope.tenant(), job, scope.now());
    }

    Optional<JobId> enqueue(Tx tx, @Nullable TenantId tenant, NewJob job, Instant now) {
        Instant from = job.runAt();
        Instant runAt = (from == null ? now : from).plus(job.delay()).truncatedTo(ChronoUnit.MICROS);
        JobId id = new JobId(Ids.next());
        if (!store.insert(tx, id, tenant, job, runAt, now)) {
            return Optional.empty();
        }
        if (!runAt.isAfter(now)) {
            tx.afterCommit(engine::wake);
        }
        return Optional.of(id);
    }

    void wake() {
        engine.wake();
    }

    private record TenantAccess(Scope scope) implements JobService.Access {
        @Override
        public TenantId tenant() {
            return scope.tenant();
        }

        @Override
        public void require(Permission permission) {
            scope.require(permission);
        }

        @Override
        public <T extends @Nullable Object> T run(TxWork<T> work) {
            return scope.run(work);
        }
    }

    private record NobodysAccess(Database database) implements JobService.Access {
        @Override
        public @Nullable TenantId tenant() {
            return null;
        }

        @Override
        public void require(Permission permission) {
            // The host itself may do everything.
        }

        @Override
        public <T extends @Nullable Object> T run(TxWork<T> work) {
            return database.system(work);
        }
    }
}
