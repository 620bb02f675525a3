package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.transfer.LegalHolds;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.LongOperations;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationKind;
import io.insightdesk.transfer.Persons;
import io.insightdesk.transfer.Retention;
import io.insightdesk.transfer.TenantDeletions;
import io.insightdesk.transfer.TenantExports;
import java.time.Clock;
import java.time.Duration;

/** Builds the services of transfer from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class TransferFeature {

    /** A node may be slow to notice how late it is. */
    private static final Duration KNOWN_AFTER = TenantFeature.KNOWN_AFTER.plusSeconds(1);

    /** The job's identifier says all: it is that of the operation. */
    record Nothing() {}

    private static final JobKind<Nothing> EXPORT = new JobKind<>("insightdesk.person.export", Nothing.class);
    private static final JobKind<Nothing> ERASURE = new JobKind<>("insightdesk.person.erasure", Nothing.class);

    private static final RetryPolicy RETRIES =
            RetryPolicy.exponential(Duration.ofSeconds(5), Duration.ofHours(1)).timeout(Duration.ofHours(1));
    private static final int EXPORT_ATTEMPTS = 5;

    private final Database database;
    private final Clock clock;
    private final JobFeature jobs;
    private final StorageFeature storage;
    private final EventFeature events;
    private final Cursors cursors;
    private final OperationStore operations = new OperationStore();
    private final ErasureStore erasures = new ErasureStore();
    private final HoldStore holds = new HoldStore();
    private final ContentStore contents = new ContentStore();
    private final RetentionStore rules = new RetentionStore();
    private final ErasureJob erasure;
    private final ExportJob export;
    private final RetentionTask retention;
    private final TenantDeletions tenantDeletions;
    private final TenantExports tenantExports;

    /** Makes the feature. */
    public TransferFeature(
            Database database,
            Clock clock,
            EventFeature events,
            JobFeature jobs,
            StorageFeature storage,
            TenantFeature tenants,
            Cursors cursors) {
        this.database = database;
        this.clock = clock;
        this.jobs = jobs;
        this.storage = storage;
        this.events = events;
        this.cursors = cursors;
        ExportStore exports = new ExportStore();
        ContentEraser eraser = new ContentEraser(contents, holds, storage, events);
        this.erasure = new ErasureJob(erasures, operations, exports, holds, eraser, storage, events);
        this.export = new ExportJob(exports, operations, storage);
        this.retention = new RetentionTask(rules, contents, holds, eraser, storage, events);
        TenantDeletionStore deletions = new TenantDeletionStore();
        TenantEraser tenantEraser = new TenantEraser(database, deletions, storage, clock, KNOWN_AFTER);
        this.tenantDeletions = new TenantDeletionService(database, deletions, tenantEraser, jobs, tenants, clock);
        this.tenantExports =
                new TenantExportService(database, new TenantExportStore(), events, storage, tenants.tenants(), clock);
    }

    /** Gives the jobs their handlers on this node. Once. */
    public void registerJobs() {
        jobs.handlers()
                .register(
                        EXPORT,
                        (context, nothing) -> export.run(context, system(context), operation(context)),
                        RETRIES);
        jobs.handlers()
                .register(
                        ERASURE,
                        (context, nothing) -> erasure.run(context, system(context), operation(context)),
                        RETRIES);
        jobs.register(MaintenanceTask.perTenant("exports.expire", Duration.ofHours(1), export::removeOld));
        jobs.register(MaintenanceTask.perTenant("retention", Duration.ofHours(1), retention::run));
    }

    /** The deletions of tenants. */
    public TenantDeletions tenantDeletions() {
        return tenantDeletions;
    }

    /** The exports of tenants. */
    public TenantExports tenantExports() {
        return tenantExports;
    }

    /** What a person may ask for, in a scope. */
    public Persons persons(Scope scope) {
        return new PersonService(scope, erasures, operations, holds, jobs, events);
    }

    /** Long operations, in a scope. */
    public LongOperations operations(Scope scope) {
        return new OperationService(scope, operations, jobs, storage, events);
    }

    /**
     * Begins an operation that another feature does by a job of its own, whose identifier it has. In the transaction in which the job is
     * enqueued.
     */
    public LongOperation begin(Tx tx, Scope scope, OperationId id, OperationKind kind) {
        OperationStore.Stored stored = operations.insert(tx, id, kind, null, scope.now());
        return OperationService.shown(
                stored,
                jobs.jobs(scope.in(tx).trusted()).find(new JobId(id.value())).orElse(null));
    }

    /** Locks an operation until the end of the transaction; whether there is one that was neither done nor cancelled. */
    public boolean lockIfGoingOn(Tx tx, OperationId id) {
        return operations.lockIfGoingOn(tx, id);
    }

    /** Adds to one of the counts of an operation, in the transaction of what is counted. */
    public void count(Tx tx, OperationId id, String name, long more) {
        operations.count(tx, id, name, more);
    }

    /** Ends an operation that made no file. */
    public void finish(Tx tx, Scope scope, OperationId id) {
        boolean unused = operations.finish(tx, id, null, null, scope.now());
    }

    /** Legal holds, in a scope. */
    public LegalHolds legalHolds(Scope scope) {
        return new HoldService(scope, holds, erasures, events, cursors);
    }

    /** Rules of retention, in a scope. */
    public Retention retention(Scope scope) {
        return new RetentionService(scope, rules, contents, holds, events);
    }

    static NewJob exportJob() {
        return NewJob.builder(EXPORT, new Nothing())
                .maxAttempts(EXPORT_ATTEMPTS)
                .build();
    }

    /** An erasure is a promise: it is tried for ever. */
    static NewJob erasureJob() {
        return NewJob.builder(ERASURE, new Nothing())
                .maxAttempts(Integer.MAX_VALUE)
                .build();
    }

    private static OperationId operation(JobContext context) {
        return new OperationId(context.job().value());
    }

    private Scope system(JobContext context) {
        return new Scope(
                requireNonNull(context.tenant(), "tenant"),
                Actor.system().via("job"),
                Authority.ALL,
                database,
                clock,
                null);
    }
}
