package io.insightdesk.tenant.internal;

import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.TenantSettings;
import io.insightdesk.tenant.TenantUsage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of tenants. */
final class TenantStore {

    private static final String INSERT = """
            insert into {schema}.tenant (tenant_id, slug, name, time_zone, locale, created_at, updated_at)
            values (:tenant, :slug, :name, :timeZone, :locale, :now, :now)
            """;

    void insert(Tx tx, Tenant tenant) {
        tx.update(INSERT)
                .bind("slug", tenant.slug())
                .bind("name", tenant.name())
                .bind("timeZone", tenant.timeZone().getId())
                .bind("locale", tenant.locale())
                .bind("now", tenant.createdAt())
                .execute();
    }

    private static final String FIND = """
            select tenant_id, slug, name, status, time_zone, locale, settings::text as settings, max_agents, max_storage_bytes,
              max_requests_per_minute, max_mails_per_day, created_at, version
            from {schema}.tenant
            where tenant_id = :tenant
            """;

    Optional<Tenant> find(Tx tx) {
        return tx.query(FIND).map((row, context) -> tenant(row)).findOne();
    }

    private static final String LOCK = FIND + """
            for no key update
            """;

    Optional<Tenant> lock(Tx tx) {
        return tx.query(LOCK).map((row, context) -> tenant(row)).findOne();
    }

    private static final String UPDATE = """
            update {schema}.tenant
            set name = :name, time_zone = :timeZone, locale = :locale, settings = :settings::jsonb, max_agents = :agents,
              max_storage_bytes = :storage, max_requests_per_minute = :requests, max_mails_per_day = :mails, updated_at = :now,
              version = version + 1
            where tenant_id = :tenant
            """;

    void update(Tx tx, Tenant tenant, Instant now) {
        PlanLimits limits = tenant.limits();
        tx.update(UPDATE)
                .bind("name", tenant.name())
                .bind("timeZone", tenant.timeZone().getId())
                .bind("locale", tenant.locale())
                .bind("settings", Json.write(StoredSettings.of(tenant.settings())))
                .bindByType("agents", limits.agents(), Integer.class)
                .bindByType("storage", limits.storageBytes(), Long.class)
                .bindByType("requests", limits.requestsPerMinute(), Integer.class)
                .bindByType("mails", limits.mailsPerDay(), Integer.class)
                .bind("now", now)
                .execute();
    }

    private static final String STATUS = """
            select status
            from {schema}.tenant
            where tenant_id = :tenant
            """;

    /** The status as it is stored; {@link Tenant#active} tells no more than whether it is the first. */
    String status(Tx tx) {
        return tx.query(STATUS).mapTo(String.class).one();
    }

    private static final String MARK = """
            update {schema}.tenant
            set status = :status, updated_at = :now, version = version + 1
            where tenant_id = :tenant
            """;

    void mark(Tx tx, String status, Instant now) {
        tx.update(MARK).bind("status", status).bind("now", now).execute();
    }

    /** What each node knows of all tenants: which may not be used, and whose plans limit requests. */
    record Gates(Set<TenantId> suspended, Map<TenantId, Integer> requestsPerMinute) {}

    private record Gate(
            TenantId tenant, boolean suspended, @Nullable Integer requestsPerMinute) {}

    private static final String GATES = """
            select tenant, suspended, per_minute
            from {schema}.tenant_gates()
            """;

    Gates gates(Tx tx) {
        Set<TenantId> suspended = new HashSet<>();
        Map<TenantId, Integer> requestsPerMinute = new HashMap<>();
        for (Gate gate : tx.query(GATES)
                .map((row, context) -> new Gate(
                        new TenantId(row.getObject("tenant", UUID.class)),
                        row.getBoolean("suspended"),
                        row.getObject("per_minute", Integer.class)))
                .list()) {
            if (gate.suspended()) {
                suspended.add(gate.tenant());
            }
            Integer most = gate.requestsPerMinute();
            if (most != null) {
                requestsPerMinute.put(gate.tenant(), most);
            }
        }
        return new Gates(Set.copyOf(suspended), Map.copyOf(requestsPerMinute));
    }

    private static final String USAGE = """
            select coalesce(sum(used) filter (where kind = 'agents'), 0) as agents,
              coalesce(sum(used) filter (where kind = 'storage'), 0) as storage,
              coalesce(sum(used) filter (where kind = 'mails' and day = :today), 0) as mails
            from {schema}.tenant_usage
            where tenant_id = :tenant
            """;

    TenantUsage usage(Tx tx, LocalDate today) {
        return tx.query(USAGE)
                .bind("today", today)
                .map((row, context) ->
                        new TenantUsage(row.getLong("agents"), row.getLong("storage"), row.getLong("mails")))
                .one();
    }

    private static final String ID_BY_SLUG = """
            select {schema}.tenant_id_by_slug(:slug)
            """;

    Optional<TenantId> idBySlug(Tx tx, String slug) {
        return tx.query(ID_BY_SLUG)
                .bind("slug", slug)
                .mapTo(UUID.class)
                .findOne()
                .map(TenantId::new);
    }

    private static final String ID_BY_MAILBOX = """
            select {schema}.tenant_id_by_mailbox(:address)
            """;

    Optional<TenantId> idByMailbox(Tx tx, String address) {
        return tx.query(ID_BY_MAILBOX)
                .bind("address", address)
                .mapTo(UUID.class)
                .findOne()
                .map(TenantId::new);
    }

    private static final String IDS = """
            select id from {schema}.tenant_ids(:after, :limit) as id
            """;

    List<TenantId> ids(Tx tx, @Nullable TenantId after, int limit) {
        return tx.query(IDS)
                .bindByType("after", after == null ? null : after.value(), UUID.class)
                .bind("limit", limit)
                .map((row, context) -> new TenantId(row.getObject(1, UUID.class)))
                .list();
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(
                new TenantId(row.getObject("tenant_id", UUID.class)),
                row.getString("slug"),
                row.getString("name"),
                row.getString("status").equals("active"),
                ZoneId.of(row.getString("time_zone")),
                row.getString("locale"),
                Json.read(row.getString("settings"), StoredSettings.class).settings(),
                new PlanLimits(
                        row.getObject("max_agents", Integer.class),
                        row.getObject("max_storage_bytes", Long.class),
                        row.getObject("max_requests_per_minute", Integer.class),
                        row.getObject("max_mails_per_day", Integer.class)),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }

    /** Settings as they are stored. */
    private record StoredSettings(
            @Nullable Long closeResolvedAfterSeconds,
            @Nullable Boolean customerLogin,
            @Nullable Map<String, Object> host) {

        static StoredSettings of(TenantSettings settings) {
            Duration closes = settings.closeResolvedAfter();
            return new StoredSettings(
                    closes == null ? null : closes.toSeconds(), settings.customerLogin(), settings.hostSettings());
        }

        TenantSettings settings() {
            return new TenantSettings(
                    closeResolvedAfterSeconds == null ? null : Duration.ofSeconds(closeResolvedAfterSeconds),
                    customerLogin == null || customerLogin,
                    host == null ? Map.of() : host);
        }
    }
}
