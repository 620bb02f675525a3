package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of the clocks of schedules, in transactions across tenants. */
final class ScheduleClockStore {

    private static final String LOCK = ScheduleStore.COLUMNS + """
            from {schema}.job_schedule
            where id = :id
            for update
            """;

    Optional<StoredSchedule> lock(Tx tx, UUID id) {
        return tx.query(LOCK)
                .bind("id", id)
                .map((row, context) -> ScheduleStore.schedule(row))
                .findOne();
    }

    private static final String FIRED = """
            update {schema}.job_schedule
            set next_at = :next, last_at = coalesce(:last::timestamptz, last_at)
            where id = :id
            """;

    /**
     * Writes down that a schedule was due.
     *
     * @param last when it enqueued jobs; null where it did not
     */
    boolean fired(Tx tx, UUID id, @Nullable Instant last, Instant next) {
        return tx.update(FIRED)
                        .bind("id", id)
                        .bindByType("last", last, Instant.class)
                        .bind("next", next)
                        .execute()
                == 1;
    }

    /** A clock of a schedule with the instant at which it is due. */
    record Clock(ScheduleClocks.Tick tick, Instant dueAt) {}

    private static final String MISSING = """
            select id, clock, next_at
            from {schema}.job_schedule s
            where next_at is not null and not exists (
              select
              from {schema}.job j
              where j.kind = 'insightdesk.schedule'
                and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                and j.unique_key = s.id || ':' || s.clock)
            """;

    /** Clocks that should be there and are not. */
    List<Clock> missing(Tx tx) {
        return tx.query(MISSING)
                .map((row, context) -> new Clock(
                        new ScheduleClocks.Tick(row.getObject("id", UUID.class), row.getLong("clock")),
                        row.getObject("next_at", OffsetDateTime.class).toInstant()))
                .list();
    }
}
