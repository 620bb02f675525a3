package io.insightdesk.tenant.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
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
            select tenant_id, slug, name, status, time_zone, locale, created_at, version
            from {schema}.tenant
            where tenant_id = :tenant
            """;

    Optional<Tenant> find(Tx tx) {
        return tx.query(FIND).map((row, context) -> tenant(row)).findOne();
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
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
