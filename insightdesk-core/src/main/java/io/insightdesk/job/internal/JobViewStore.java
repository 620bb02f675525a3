package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobStatus;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of looking at jobs and mending them: a tenant's through functions that know only the tenant's, or nobody's. */
final class JobViewStore {

    private static final String COLUMNS = """
            select id, tenant_id, kind, queue, payload, unique_key, state, priority, run_at, attempts, max_attempts,
              last_error, created_at, dead_at
            """;

    private static final String TENANTS_FIND = COLUMNS + """
            from {schema}.find_job(:id)
            """;

    private static final String TENANTS_DEAD = COLUMNS + """
            from {schema}.dead_jobs(:after, :limit)
            """;

    private static final String TENANTS_UNIQUE = """
            select {schema}.job_by_unique_key(:kind, :key) as id
            """;

    private static final String TENANTS_RETRY = """
            select {schema}.retry_job(:id, :now)
            """;

    private static final String TENANTS_DISCARD = """
            select {schema}.discard_job(:id)
            """;

    private static final String NOBODYS_FIND = COLUMNS + """
            from {schema}.any_job
            where tenant_id is null and id = :id
            """;

    private static final String NOBODYS_DEAD = COLUMNS + """
            from {schema}.any_job
            where tenant_id is null and state = 'dead' and (:after::uuid is null or id > :after)
            order by id
            limit :limit
            """;

    private static final String NOBODYS_UNIQUE = """
            select id
            from {schema}.job
            where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
              and kind = :kind and unique_key = :key
            """;

    private static final String NOBODYS_RETRY = """
            select {schema}.revive_job(null, :id, :now)
            """;

    private static final String NOBODYS_DISCARD = """
            with discarded as (
              delete from {schema}.job_dead
              where tenant_id is null and id = :id
              returning id)
            select count(*) = 1 from discarded
            """;

    private final boolean tenants;

    private JobViewStore(boolean tenants) {
        this.tenants = tenants;
    }

    /** For transactions of a tenant. */
    static JobViewStore ofTenant() {
        return new JobViewStore(true);
    }

    /** For transactions across tenants: the jobs that belong to none. */
    static JobViewStore ofNobody() {
        return new JobViewStore(false);
    }

    Optional<Job> find(Tx tx, JobId id) {
        return tx.query(tenants ? TENANTS_FIND : NOBODYS_FIND)
                .bind("id", id.value())
                .map((row, context) -> job(row))
                .findOne();
    }

    List<Job> listDead(Tx tx, @Nullable JobId after, int limit) {
        return tx.query(tenants ? TENANTS_DEAD : NOBODYS_DEAD)
                .bindByType("after", after == null ? null : after.value(), UUID.class)
                .bind("limit", limit)
                .map((row, context) -> job(row))
                .list();
    }

    Optional<JobId> findByUniqueKey(Tx tx, String kind, String key) {
        return tx.query(tenants ? TENANTS_UNIQUE : NOBODYS_UNIQUE)
                .bind("kind", kind)
                .bind("key", key)
                .map((row, context) -> Optional.ofNullable(row.getObject("id", UUID.class)))
                .findOne()
                .flatMap(id -> id)
                .map(JobId::new);
    }

    boolean retry(Tx tx, JobId id, Instant now) {
        return tx.query(tenants ? TENANTS_RETRY : NOBODYS_RETRY)
                .bind("id", id.value())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    boolean discard(Tx tx, JobId id) {
        return tx.query(tenants ? TENANTS_DISCARD : NOBODYS_DISCARD)
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static Job job(ResultSet row) throws SQLException {
        UUID tenant = row.getObject("tenant_id", UUID.class);
        OffsetDateTime deadAt = row.getObject("dead_at", OffsetDateTime.class);
        return new Job(
                new JobId(row.getObject("id", UUID.class)),
                tenant == null ? null : new TenantId(tenant),
                row.getString("kind"),
                row.getString("queue"),
                row.getString("payload"),
                row.getString("unique_key"),
                JobStatus.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getInt("priority"),
                row.getObject("run_at", OffsetDateTime.class).toInstant(),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getString("last_error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                deadAt == null ? null : deadAt.toInstant());
    }
}
