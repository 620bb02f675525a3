package io.insightdesk.customer.internal;

import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of organizations and their domains. */
final class OrganizationStore {

    private static final String INSERT = """
            insert into {schema}.organization (tenant_id, id, name, shared_tickets, created_at, updated_at, version)
            values (:tenant, :id, :name, :sharedTickets, :createdAt, :updatedAt, :version)
            """;

    void insert(Tx tx, Organization organization) {
        tx.update(INSERT)
                .bind("id", organization.id().value())
                .bind("name", organization.name())
                .bind("sharedTickets", organization.sharedTickets())
                .bind("createdAt", organization.createdAt())
                .bind("updatedAt", organization.updatedAt())
                .bind("version", organization.version())
                .execute();
        insertDomains(tx, organization);
    }

    private static final String UPDATE = """
            update {schema}.organization
            set name = :name, shared_tickets = :sharedTickets, updated_at = :updatedAt, version = :version
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Organization organization) {
        tx.update(UPDATE)
                .bind("id", organization.id().value())
                .bind("name", organization.name())
                .bind("sharedTickets", organization.sharedTickets())
                .bind("updatedAt", organization.updatedAt())
                .bind("version", organization.version())
                .execute();
    }

    private static final String DELETE_DOMAINS = """
            delete from {schema}.organization_domain
            where tenant_id = :tenant and organization_id = :id
            """;

    void replaceDomains(Tx tx, Organization organization) {
        tx.update(DELETE_DOMAINS).bind("id", organization.id().value()).execute();
        insertDomains(tx, organization);
    }

    private static final String INSERT_DOMAINS = """
            insert into {schema}.organization_domain (tenant_id, domain, organization_id)
            select :tenant, domain, :id
            from unnest(:domains) as domain
            """;

    /** In the order of the list, which is sorted, so that two organizations with the same domains do not deadlock. */
    private static void insertDomains(Tx tx, Organization organization) {
        if (!organization.domains().isEmpty()) {
            tx.update(INSERT_DOMAINS)
                    .bind("id", organization.id().value())
                    .bindArray("domains", String.class, organization.domains())
                    .execute();
        }
    }

    private static final String SELECT = """
            select o.id, o.name, o.shared_tickets, o.created_at, o.updated_at, o.version,
              array(
                select d.domain
                from {schema}.organization_domain d
                where d.tenant_id = o.tenant_id and d.organization_id = o.id
                order by d.domain collate "C") as domains
            from {schema}.organization o
            where o.tenant_id = :tenant
            """;

    private static final String BY_ID = SELECT + " and o.id = :id";

    Optional<Organization> find(Tx tx, OrganizationId id) {
        return tx.query(BY_ID)
                .bind("id", id.value())
                .map((row, context) -> organization(row))
                .findOne();
    }

    private static final String BY_IDS = SELECT + " and o.id = any (:ids)";

    List<Organization> findAll(Tx tx, Collection<OrganizationId> ids) {
        return tx.query(BY_IDS)
                .bindArray(
                        "ids",
                        UUID.class,
                        ids.stream().map(OrganizationId::value).distinct().toList())
                .map((row, context) -> organization(row))
                .list();
    }

    private static final String LOCK = """
            select id
            from {schema}.organization
            where tenant_id = :tenant and id = :id
            for no key update
            """;

    /** Locks the row first, so that the domains are read as they are after the wait. */
    Optional<Organization> lock(Tx tx, OrganizationId id) {
        return tx.query(LOCK).bind("id", id.value()).mapTo(UUID.class).findOne().flatMap(locked -> find(tx, id));
    }

    private static final String LIST = SELECT + """
             and o.id > :after
            order by o.id
            limit :limit
            """;

    List<Organization> list(Tx tx, UUID after, int limit) {
        return tx.query(LIST)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> organization(row))
                .list();
    }

    private static Organization organization(ResultSet row) throws SQLException {
        return new Organization(
                new OrganizationId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Arrays.asList((String[]) row.getArray("domains").getArray()),
                row.getBoolean("shared_tickets"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
