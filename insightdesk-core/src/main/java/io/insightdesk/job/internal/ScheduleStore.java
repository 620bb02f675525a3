package io.insightdesk.job.internal;

import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of schedules, through functions that know only those of the transaction's tenant, or the host's. */
final class ScheduleStore {

    static final String COLUMNS = """
            select id, tenant_id, name, definition, clock, next_at, last_at, created_at
            """;

    private static final String FIND = COLUMNS + """
            from {schema}.find_job_schedule(:name)
            """;

    private static final String LOCK = COLUMNS + """
            from {schema}.lock_job_schedule(:name)
            """;

    private static final String LIST = COLUMNS + """
            from {schema}.job_schedules(:after, :limit)
            """;

    private static final String ADD = """
            select {schema}.add_job_schedule(:id, :name, :definition::jsonb, :next::timestamptz, :now)
            """;

    private static final String CHANGE = """
            select {schema}.change_job_schedule(:id, :definition::jsonb, :next::timestamptz, :clock, :now)
            """;

    private static final String REMOVE = """
            select {schema}.remove_job_schedule(:name)
            """;

    Optional<StoredSchedule> find(Tx tx, String name) {
        return tx.query(FIND)
                .bind("name", name)
                .map((row, context) -> schedule(row))
                .findOne();
    }

    /** Keeps others, the schedule's clock among them, from changing it until the transaction ends. */
    Optional<StoredSchedule> lock(Tx tx, String name) {
        return tx.query(LOCK)
                .bind("name", name)
                .map((row, context) -> schedule(row))
                .findOne();
    }

    /** Those whose names come after one; all names come after the empty one. */
    List<StoredSchedule> list(Tx tx, String after, int limit) {
        return tx.query(LIST)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> schedule(row))
                .list();
    }

    /** False where there is one of that name. */
    boolean add(Tx tx, StoredSchedule schedule) {
        return tx.query(ADD)
                .bind("id", schedule.id())
                .bind("name", schedule.name())
                .bind("definition", Json.write(schedule.definition()))
                .bindByType("next", schedule.nextAt(), Instant.class)
                .bind("now", schedule.createdAt())
                .mapTo(Boolean.class)
                .one();
    }

    /** Changes what is locked; the clock that it had is stopped where it has another now. */
    boolean change(Tx tx, StoredSchedule schedule, Instant now) {
        return tx.query(CHANGE)
                .bind("id", schedule.id())
                .bind("definition", Json.write(schedule.definition()))
                .bindByType("next", schedule.nextAt(), Instant.class)
                .bind("clock", schedule.clock())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    boolean remove(Tx tx, String name) {
        return tx.query(REMOVE).bind("name", name).mapTo(Boolean.class).one();
    }

    static StoredSchedule schedule(ResultSet row) throws SQLException {
        UUID tenant = row.getObject("tenant_id", UUID.class);
        return new StoredSchedule(
                row.getObject("id", UUID.class),
                tenant == null ? null : new TenantId(tenant),
                row.getString("name"),
                Json.read(row.getString("definition"), ScheduleDefinition.class),
                row.getLong("clock"),
                instant(row, "next_at"),
                instant(row, "last_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
