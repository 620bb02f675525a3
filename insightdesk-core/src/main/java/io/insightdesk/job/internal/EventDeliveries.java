package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Has events delivered by jobs: a kind per subscription, a job per ticket that has something to deliver. */
final class EventDeliveries implements EventFeature.DeliveryQueue {

    private static final String PREFIX = "insightdesk.event.";
    private static final RetryPolicy POLICY = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10))
            .timeout(Duration.ofMinutes(15));

    private final JobFeature jobs;
    private final HandlerRegistry handlers;
    private final Clock clock;

    record Delivery(UUID ticketId) {}

    EventDeliveries(JobFeature jobs, HandlerRegistry handlers, Clock clock) {
        this.jobs = jobs;
        this.handlers = handlers;
        this.clock = clock;
    }

    private static JobKind<Delivery> kind(String subscription) {
        return new JobKind<>(PREFIX + subscription, Delivery.class);
    }

    @Override
    public void enqueue(Tx tx, Scope scope, String subscription, UUID ticketId) {
        NewJob job = NewJob.builder(kind(subscription), new Delivery(ticketId))
                .uniqueKey(ticketId.toString())
                .maxAttempts(Integer.MAX_VALUE)
                .build();
        var unused = jobs.enqueue(tx, scope.tenant(), job, scope.now());
    }

    @Override
    public void handle(String subscription, EventFeature.Deliverer deliverer) {
        handlers.registerOwn(
                kind(subscription),
                (job, delivery) -> {
                    deliverer.deliver(
                            requireNonNull(job.tenant(), "tenant"), delivery.ticketId(), new EventFeature.Turn() {
                                @Override
                                public boolean isCancelled() {
                                    return job.isCancelled();
                                }

                                @Override
                                public void finish(Tx tx) {
                                    job.complete(tx);
                                }
                            });
                    // Where it did not finish there is more to deliver.
                    job.again(clock.instant().truncatedTo(ChronoUnit.MICROS));
                },
                POLICY);
    }
}
