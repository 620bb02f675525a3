package io.insightdesk.job;

import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it is stored.
 *
 * @param name its name
 * @param tenant the tenant for whom it enqueues jobs; null for a schedule of the host
 * @param trigger when it fires
 * @param job what is enqueued by each firing
 * @param misfire what it does about missed firings
 * @param misfireGrace how late a firing may be for {@link MisfirePolicy#SKIP}
 * @param overlap whether a firing enqueues a job while one of an earlier firing waits or runs
 * @param paused whether it does not fire
 * @param nextFireAt when the next firing is due; null while it is paused
 * @param lastFireAt when it last enqueued a job by itself; null where it never did
 * @param createdAt when it was made
 * @since 0.1.0
 */
public record JobSchedule(
        String name,
        @Nullable TenantId tenant,
        JobTrigger trigger,
        NewJob job,
        MisfirePolicy misfire,
        Duration misfireGrace,
        boolean overlap,
        boolean paused,
        @Nullable Instant nextFireAt,
        @Nullable Instant lastFireAt,
        Instant createdAt) {}
