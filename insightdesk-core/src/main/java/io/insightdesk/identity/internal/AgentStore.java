package io.insightdesk.identity.internal;

import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** SQL of agents. */
final class AgentStore {

    private static final String INSERT = """
            insert into {schema}.agent (
              tenant_id, id, name, email, role, active, external_id, created_at, updated_at, version)
            values (:tenant, :id, :name, :email, :role, :active, :externalId, :createdAt, :updatedAt, :version)
            """;

    void insert(Tx tx, Agent agent) {
        bind(tx.update(INSERT), agent).execute();
    }

    private static final String INSERT_UNLESS_TAKEN = INSERT + "on conflict do nothing\n";

    /** Whether the agent was inserted; not when the address or the external identifier is taken. */
    boolean insertUnlessTaken(Tx tx, Agent agent) {
        return bind(tx.update(INSERT_UNLESS_TAKEN), agent).execute() == 1;
    }

    private static final String UPDATE = """
            update {schema}.agent
            set name = :name, email = :email, role = :role, active = :active, external_id = :externalId,
              updated_at = :updatedAt, version = :version,
              removed_at = case when :active then null else removed_at end
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Agent agent) {
        bind(tx.update(UPDATE), agent).execute();
    }

    private static final String SELECT = """
            select id, name, email, role, active, external_id, created_at, updated_at, version
            from {schema}.agent
            where tenant_id = :tenant
            """;

    private static final String BY_ID = SELECT + " and id = :id";

    Optional<Agent> find(Tx tx, AgentId id) {
        return one(tx, BY_ID, "id", id.value());
    }

    private static final String BY_IDS = SELECT + " and id = any (:ids)";

    List<Agent> findAll(Tx tx, Collection<AgentId> ids) {
        return tx.query(BY_IDS)
                .bindArray(
                        "ids",
                        UUID.class,
                        ids.stream().map(AgentId::value).distinct().toList())
                .map((row, context) -> agent(row))
                .list();
    }

    private static final String LOCK = BY_ID + " for no key update";

    Optional<Agent> lock(Tx tx, AgentId id) {
        return one(tx, LOCK, "id", id.value());
    }

    private static final String LOCK_OWNERS = """
            select id
            from {schema}.agent
            where tenant_id = :tenant and role = 'owner' and active
            order by id
            for no key update
            """;

    /** The tenant's owners who may work; nobody else makes them less until the end of the transaction. */
    List<AgentId> lockOwners(Tx tx) {
        return tx.query(LOCK_OWNERS)
                .map((row, context) -> new AgentId(row.getObject("id", UUID.class)))
                .list();
    }

    private static final String BY_EMAIL = SELECT + " and email = :email";

    Optional<Agent> findByEmail(Tx tx, String email) {
        return one(tx, BY_EMAIL, "email", email);
    }

    private static final String BY_EXTERNAL_ID = SELECT + " and external_id = :externalId";

    Optional<Agent> findByExternalId(Tx tx, String externalId) {
        return one(tx, BY_EXTERNAL_ID, "externalId", externalId);
    }

    private static final String AFTER = """
            and id > :after
            order by id
            limit :limit
            """;
    private static final String LIST = SELECT + AFTER;
    private static final String LIST_BY_ACTIVE = SELECT + " and active = :active " + AFTER;

    List<Agent> list(Tx tx, @Nullable Boolean active, UUID after, int limit) {
        return tx.query(active == null ? LIST : LIST_BY_ACTIVE)
                .bind("active", active)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> agent(row))
                .list();
    }

    private static final String MISSING = """
            select wanted.id
            from unnest(:ids) as wanted (id)
            where not exists (select from {schema}.agent a where a.tenant_id = :tenant and a.id = wanted.id)
            """;

    /** Those of the agents that do not exist. */
    List<UUID> missing(Tx tx, List<AgentId> ids) {
        return tx.query(MISSING)
                .bindArray("ids", UUID.class, ids.stream().map(AgentId::value).toList())
                .mapTo(UUID.class)
                .list();
    }

    private static Optional<Agent> one(Tx tx, String sql, String name, Object value) {
        return tx.query(sql).bind(name, value).map((row, context) -> agent(row)).findOne();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Agent agent) {
        return statement
                .bind("id", agent.id().value())
                .bind("name", agent.name())
                .bind("email", agent.email())
                .bind("role", agent.role().wireName())
                .bind("active", agent.active())
                .bind("externalId", agent.externalId())
                .bind("createdAt", agent.createdAt())
                .bind("updatedAt", agent.updatedAt())
                .bind("version", agent.version());
    }

    private static Agent agent(ResultSet row) throws SQLException {
        return new Agent(
                new AgentId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("email"),
                Role.of(row.getString("role")),
                row.getBoolean("active"),
                row.getString("external_id"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
