package io.insightdesk.job.internal;

import io.insightdesk.job.JobSchedule;
import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the schedules.
 *
 * @param clock the number of the job that makes it fire; others are obsolete
 * @param nextAt when it is due; null while it is paused
 */
record StoredSchedule(
        UUID id,
        @Nullable TenantId tenant,
        String name,
        ScheduleDefinition definition,
        long clock,
        @Nullable Instant nextAt,
        @Nullable Instant lastAt,
        Instant createdAt) {

    boolean paused() {
        return nextAt == null;
    }

    StoredSchedule withDefinition(ScheduleDefinition changed) {
        return new StoredSchedule(id, tenant, name, changed, clock, nextAt, lastAt, createdAt);
    }

    /** With another clock, because the one it has is due at another instant. */
    StoredSchedule movedTo(@Nullable Instant next) {
        return new StoredSchedule(id, tenant, name, definition, clock + 1, next, lastAt, createdAt);
    }

    JobSchedule view() {
        return new JobSchedule(
                name,
                tenant,
                definition.trigger(),
                definition.job(),
                definition.misfire(),
                definition.misfireGrace(),
                definition.overlap(),
                paused(),
                nextAt,
                lastAt,
                createdAt);
    }
}
