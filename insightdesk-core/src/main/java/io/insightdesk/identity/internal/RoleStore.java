package io.insightdesk.identity.internal;

import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** SQL of roles, and of who has which. */
final class RoleStore {

    private static final String COLUMNS = """
            r.name, r.permissions, r.tickets, r.created_at, r.updated_at, r.version,
              array(
                select o.organization_id
                from {schema}.role_organization o
                where o.tenant_id = r.tenant_id and o.role = r.role) as organizations
            """;

    private static final String OF_AGENT = "select a.role, " + COLUMNS + """
            from {schema}.agent a
            left join {schema}.role r on r.tenant_id = a.tenant_id and r.role = a.role
            where a.tenant_id = :tenant and a.id = :id and a.active
            """;

    /** The role of an agent who may work. */
    Optional<RoleDefinition> ofAgent(Tx tx, UUID id) {
        return tx.query(OF_AGENT)
                .bind("id", id)
                .map((row, context) -> Optional.ofNullable(held(row)))
                .findOne()
                .flatMap(found -> found);
    }

    private static final String OF_TOKEN = "select k.role, " + COLUMNS + """
            from {schema}.api_token k
            left join {schema}.role r on r.tenant_id = k.tenant_id and r.role = k.role
            where k.tenant_id = :tenant and k.id = :id and k.revoked_at is null
              and (k.expires_at is null or k.expires_at > :now)
            """;

    /** The role of a token that is good now. */
    Optional<RoleDefinition> ofToken(Tx tx, ApiTokenId id, Instant now) {
        return tx.query(OF_TOKEN)
                .bind("id", id.value())
                .bind("now", now)
                .map((row, context) -> Optional.ofNullable(held(row)))
                .findOne()
                .flatMap(found -> found);
    }

    private static final String INSERT = """
            insert into {schema}.role (tenant_id, role, name, permissions, tickets, created_at, updated_at, version)
            values (:tenant, :role, :name, :permissions, :tickets, :createdAt, :updatedAt, :version)
            on conflict do nothing
            """;

    /** Whether it was inserted; not when there is one of this name. */
    boolean insertUnlessTaken(Tx tx, RoleDefinition role) {
        boolean made = bind(tx.update(INSERT), role)
                        .bind("createdAt", role.createdAt())
                        .execute()
                == 1;
        if (made) {
            insertOrganizations(tx, role);
        }
        return made;
    }

    private static final String UPDATE = """
            update {schema}.role
            set name = :name, permissions = :permissions, tickets = :tickets, updated_at = :updatedAt, version = :version
            where tenant_id = :tenant and role = :role
            """;

    private static final String DELETE_ORGANIZATIONS = """
            delete from {schema}.role_organization
            where tenant_id = :tenant and role = :role
            """;

    void update(Tx tx, RoleDefinition role) {
        bind(tx.update(UPDATE), role).execute();
        tx.update(DELETE_ORGANIZATIONS).bind("role", role.role().wireName()).execute();
        insertOrganizations(tx, role);
    }

    private static Update bind(Update statement, RoleDefinition role) {
        return statement
                .bind("role", role.role().wireName())
                .bind("name", role.name())
                .bindArray(
                        "permissions",
                        String.class,
                        role.permissions().stream()
                                .map(Permission::wireName)
                                .sorted()
                                .toList())
                .bind("tickets", role.tickets().kind().wireName())
                .bind("updatedAt", role.updatedAt())
                .bind("version", role.version());
    }

    private static final String INSERT_ORGANIZATIONS = """
            insert into {schema}.role_organization (tenant_id, role, organization_id)
            select :tenant, :role, organization
            from unnest(:organizations) as organization
            order by organization
            """;

    private static void insertOrganizations(Tx tx, RoleDefinition role) {
        Set<UUID> organizations = role.tickets().organizations();
        if (!organizations.isEmpty()) {
            tx.update(INSERT_ORGANIZATIONS)
                    .bind("role", role.role().wireName())
                    .bindArray("organizations", UUID.class, organizations)
                    .execute();
        }
    }

    private static final String SELECT = "select r.role, " + COLUMNS + """
            from {schema}.role r
            where r.tenant_id = :tenant
            """;

    private static final String FIND = SELECT + " and r.role = :role";

    Optional<RoleDefinition> find(Tx tx, Role role) {
        return one(tx, FIND, role);
    }

    private static final String HOLD = FIND + " for key share of r";

    /** The role, which stays until the end of the transaction: for who gives it to somebody. */
    Optional<RoleDefinition> hold(Tx tx, Role role) {
        return one(tx, HOLD, role);
    }

    private static final String LOCK = """
            select role
            from {schema}.role
            where tenant_id = :tenant and role = :role
            for update
            """;

    /** Locks the row first, so that the organizations, and who has the role, are read as they are after the wait. */
    Optional<RoleDefinition> lock(Tx tx, Role role) {
        return tx.query(LOCK)
                .bind("role", role.wireName())
                .mapTo(String.class)
                .findOne()
                .flatMap(locked -> find(tx, role));
    }

    private static final String LIST = SELECT + """
            order by lower(r.name), r.role
            """;

    List<RoleDefinition> list(Tx tx) {
        return tx.query(LIST).map((row, context) -> role(row)).list();
    }

    private static final String COUNT = """
            select count(*)
            from {schema}.role
            where tenant_id = :tenant
            """;

    int count(Tx tx) {
        return tx.query(COUNT).mapTo(Integer.class).one();
    }

    private static final String IN_USE = """
            select exists (select from {schema}.agent where tenant_id = :tenant and role = :role)
              or exists (select from {schema}.api_token where tenant_id = :tenant and role = :role and revoked_at is null)
            """;

    /** Whether an agent, or a token that is not revoked, has the role. */
    boolean inUse(Tx tx, Role role) {
        return tx.query(IN_USE)
                .bind("role", role.wireName())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String DELETE = """
            delete from {schema}.role
            where tenant_id = :tenant and role = :role
            """;

    void delete(Tx tx, Role role) {
        tx.update(DELETE).bind("role", role.wireName()).execute();
    }

    private static Optional<RoleDefinition> one(Tx tx, String sql, Role role) {
        return tx.query(sql)
                .bind("role", role.wireName())
                .map((row, context) -> role(row))
                .findOne();
    }

    private static @Nullable RoleDefinition held(ResultSet row) throws SQLException {
        Optional<RoleDefinition> builtIn = BuiltInRoles.find(Role.of(row.getString("role")));
        if (builtIn.isPresent()) {
            return builtIn.get();
        }
        // A revoked token's role may have been removed; then there is no row of it.
        return row.getString("name") == null ? null : role(row);
    }

    private static RoleDefinition role(ResultSet row) throws SQLException {
        return new RoleDefinition(
                Role.of(row.getString("role")),
                row.getString("name"),
                permissions((String[]) row.getArray("permissions").getArray()),
                new TicketScope(TicketScope.Kind.of(row.getString("tickets")), Set.of((UUID[])
                        row.getArray("organizations").getArray())),
                false,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }

    /** A permission that only a newer release knows allows nothing here. */
    private static Set<Permission> permissions(String[] names) {
        Set<String> stored = Set.copyOf(Arrays.asList(names));
        Set<Permission> known = EnumSet.allOf(Permission.class);
        known.removeIf(permission -> !stored.contains(permission.wireName()));
        return known;
    }
}
