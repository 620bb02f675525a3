package io.insightdesk.bulk.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.bulk.BulkChanges;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.ticket.internal.TicketFeature;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.internal.TransferFeature;
import java.time.Clock;
import java.time.Duration;

/** Builds the service that changes many tickets, and its job. Thread-safe; one per {@code InsightDesk}. */
public final class BulkFeature {

    /** The job's identifier says all: it is that of the operation. */
    record Nothing() {}

    private static final JobKind<Nothing> KIND = new JobKind<>("insightdesk.tickets.change", Nothing.class);
    private static final RetryPolicy RETRIES = RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofMinutes(10))
            .timeout(Duration.ofHours(1));
    private static final int ATTEMPTS = 100;
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(30);

    final BulkStore store = new BulkStore();
    final JobFeature jobs;
    final IdentityFeature identity;
    final TicketFeature tickets;
    final EventFeature events;
    final TransferFeature operations;
    private final Transactions transactions;
    private final Clock clock;

    /**
     * Makes the feature.
     *
     * @param transactions the library's own, closed where a tenant is suspended
     */
    public BulkFeature(
            Transactions transactions,
            Clock clock,
            EventFeature events,
            JobFeature jobs,
            IdentityFeature identity,
            TicketFeature tickets,
            TransferFeature operations) {
        this.transactions = transactions;
        this.clock = clock;
        this.events = events;
        this.jobs = jobs;
        this.identity = identity;
        this.tickets = tickets;
        this.operations = operations;
    }

    /** Gives the job its handler on this node. Once. */
    public void registerJobs() {
        BulkJob job = new BulkJob(this);
        jobs.handlers()
                .register(
                        KIND,
                        (context, nothing) -> job.run(
                                context,
                                system(context),
                                new OperationId(context.job().value())),
                        RETRIES);
        jobs.register(MaintenanceTask.perTenant("bulk.expire", Duration.ofHours(1), this::removeOld));
    }

    private void removeOld(Scope scope) {
        int unused = scope.run(tx -> store.deleteOld(tx, scope.now().minus(GIVEN_UP_AFTER)));
    }

    /** The service in a scope. */
    public BulkChanges bulkChanges(Scope scope) {
        return new BulkChangeService(this, scope);
    }

    static NewJob job() {
        return NewJob.builder(KIND, new Nothing()).maxAttempts(ATTEMPTS).build();
    }

    private Scope system(JobContext context) {
        return new Scope(
                requireNonNull(context.tenant(), "tenant"),
                Actor.system().via("job"),
                Authority.ALL,
                transactions,
                clock,
                null);
    }
}
