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

/** SQL of schedules: a tenant's through functions that know only the tenant's, or nobody's. */
final class ScheduleStore {

    static final String COLUMNS = """
            select id, tenant_id, name, definition, clock, next_at, last_at, created_at
            """;

    private static final String TENANTS_FIND = COLUMNS + """
            from {schema}.find_job_schedule(:name)
            """;

    private static final String TENANTS_LOCK = COLUMNS + """
            from {schema}.lock_job_schedule(:name)
            """;

    private static final String TENANTS_LIST = COLUMNS + """
            from {schema}.job_schedules(:after, :limit)
            """;

    private static final String TENANTS_ADD = """
            select {schema}.add_job_schedule(:id, :name, :definition::jsonb, :next::timestamptz, :now)
            """;

    private static final String TENANTS_CHANGE = """
            select {schema}.change_job_schedule(:id, :definition::jsonb, :next::timestamptz, :clock, :now)
            """;

    private static final String TENANTS_REMOVE = """
            select {schema}.remove_job_schedule(:name)
            """;

    private static final String NOBODYS_FIND = COLUMNS + """
            from {schema}.job_schedule
            where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
              and name = :name
            """;

    private static final String NOBODYS_LOCK = NOBODYS_FIND + """
            for update
            """;

    private static final String NOBODYS_LIST = COLUMNS + """
            from {schema}.job_schedule
            where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
              and name > :after
            order by name
            limit :limit
            """;

    private static final String NOBODYS_ADD = """
            select {schema}.add_schedule(null, :id, :name, :definition::jsonb, :next::timestamptz, :now)
            """;

    private static final String NOBODYS_CHANGE = """
            select {schema}.change_schedule(null, :id, :definition::jsonb, :next::timestamptz, :clock, :now)
            """;

    private static final String NOBODYS_REMOVE = """
            select {schema}.remove_schedule(null, :name)
            """;

    private final boolean tenants;

    private ScheduleStore(boolean tenants) {
        this.tenants = tenants;
    }

    /** For transactions of a tenant. */
    static ScheduleStore ofTenant() {
        return new ScheduleStore(true);
    }

    /** For transactions across tenants: the schedules that belong to none. */
    static ScheduleStore ofNobody() {
        return new ScheduleStore(false);
    }

    Optional<StoredSchedule> find(Tx tx, String name) {
        return tx.query(tenants ? TENANTS_FIND : NOBODYS_FIND)
                .bind("name", name)
                .map((row, context) -> schedule(row))
                .findOne();
    }

    /** Keeps others, the schedule's clock among them, from changing it until the transaction ends. */
    Optional<StoredSchedule> lock(Tx tx, String name) {
        return tx.query(tenants ? TENANTS_LOCK : NOBODYS_LOCK)
                .bind("name", name)
                .map((row, context) -> schedule(row))
                .findOne();
    }

    /** Those whose names come after one; all names come after the empty one. */
    List<StoredSchedule> list(Tx tx, String after, int limit) {
        return tx.query(tenants ? TENANTS_LIST : NOBODYS_LIST)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> schedule(row))
                .list();
    }

    /** False where there is one of that name. */
    boolean add(Tx tx, StoredSchedule schedule) {
        return tx.query(tenants ? TENANTS_ADD : NOBODYS_ADD)
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
        return tx.query(tenants ? TENANTS_CHANGE : NOBODYS_CHANGE)
                .bind("id", schedule.id())
                .bind("definition", Json.write(schedule.definition()))
                .bindByType("next", schedule.nextAt(), Instant.class)
                .bind("clock", schedule.clock())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    boolean remove(Tx tx, String name) {
        return tx.query(tenants ? TENANTS_REMOVE : NOBODYS_REMOVE)
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
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
