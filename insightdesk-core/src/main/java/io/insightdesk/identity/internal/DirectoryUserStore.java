package io.insightdesk.identity.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/** SQL of agents as users of a directory. Who was removed and is not active again is not seen unless it is said. */
final class DirectoryUserStore {

    /** By what user names compare, as the index has it. */
    static final String USER_NAME_KEY = "case when a.user_name_key is null then a.email else a.user_name_key end";

    /** A user as stored, perhaps removed. */
    record Stored(
            AgentId id,
            UserAttributes attributes,
            boolean removed,
            Instant createdAt,
            Instant updatedAt,
            long version) {

        DirectoryUser with(List<DirectoryUser.Membership> teams) {
            return new DirectoryUser(id, attributes, teams, createdAt, updatedAt, version);
        }
    }

    private static final String INSERT = """
            insert into {schema}.agent (
              tenant_id, id, name, email, role, active, created_at, updated_at, version,
              user_name, user_name_key, provider_id, given_name, family_name)
            values (
              :tenant, :id, :name, :email, :role, :active, :createdAt, :updatedAt, :version,
              :userName, :userNameKey, :providerId, :givenName, :familyName)
            """;

    void insert(Tx tx, Stored user) {
        bind(tx.update(INSERT), user).bind("createdAt", user.createdAt()).execute();
    }

    private static final String UPDATE = """
            update {schema}.agent
            set name = :name, email = :email, role = :role, active = :active, updated_at = :updatedAt, version = :version,
              user_name = :userName, user_name_key = :userNameKey, provider_id = :providerId, given_name = :givenName,
              family_name = :familyName, removed_at = :removedAt
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Stored user) {
        bind(tx.update(UPDATE), user)
                .bindByType("removedAt", user.removed() ? user.updatedAt() : null, Instant.class)
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Stored user) {
        UserAttributes attributes = user.attributes();
        return statement
                .bind("id", user.id().value())
                .bind("name", attributes.name())
                .bind("email", attributes.email())
                .bind("role", attributes.role().wireName())
                .bind("active", attributes.active())
                .bind("updatedAt", user.updatedAt())
                .bind("version", user.version())
                .bind("userName", attributes.userName())
                .bind("userNameKey", key(attributes.userName()))
                .bindByType("providerId", attributes.externalId(), String.class)
                .bindByType("givenName", attributes.givenName(), String.class)
                .bindByType("familyName", attributes.familyName(), String.class);
    }

    /** The form in which user names are compared. */
    static String key(String userName) {
        return userName.toLowerCase(Locale.ROOT);
    }

    private static final String SELECT = """
            select a.id, coalesce(a.user_name, a.email) as user_name, a.provider_id, a.name, a.given_name, a.family_name, a.email,
              a.role, a.active, a.removed_at is not null and not a.active as removed, a.created_at, a.updated_at, a.version
            from {schema}.agent a
            where a.tenant_id = :tenant
            """;

    private static final String SEEN = " and (a.removed_at is null or a.active)";

    private static final String FIND = SELECT + SEEN + " and a.id = :id";

    Optional<Stored> find(Tx tx, AgentId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String LOCK = FIND + " for no key update";

    Optional<Stored> lock(Tx tx, AgentId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String LOCK_BY_USER_NAME = SELECT + " and " + USER_NAME_KEY + " = :key for no key update";

    /** The agent of a user name, removed or not. */
    Optional<Stored> lockByUserName(Tx tx, String userName) {
        return tx.query(LOCK_BY_USER_NAME)
                .bind("key", key(userName))
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String COUNT =
            "select count(*) from {schema}.agent a where a.tenant_id = :tenant" + SEEN + " and ";

    /** How many users a filter finds. */
    long count(Tx tx, DirectoryFilter filter) {
        DirectorySql sql = DirectorySql.ofUsers(filter);
        return sql.bind(tx.query(COUNT + sql.condition())).mapTo(Long.class).one();
    }

    private static final String PAGE = " order by a.id limit :limit offset :offset";

    /** The users whom a filter finds. */
    List<Stored> list(Tx tx, DirectoryFilter filter, int offset, int limit) {
        DirectorySql sql = DirectorySql.ofUsers(filter);
        return sql.bind(tx.query(SELECT + SEEN + " and " + sql.condition() + PAGE))
                .bind("offset", offset)
                .bind("limit", limit)
                .map((row, context) -> stored(row))
                .list();
    }

    private static final String TEAMS = """
            select m.agent_id, t.id, t.name
            from {schema}.team_member m
            join {schema}.team t on t.tenant_id = m.tenant_id and t.id = m.team_id
            where m.tenant_id = :tenant and m.agent_id = any(:agents) and t.removed_at is null
            order by t.id
            """;

    /** The teams of agents. */
    Map<AgentId, List<DirectoryUser.Membership>> teams(Tx tx, Collection<AgentId> agents) {
        Map<AgentId, List<DirectoryUser.Membership>> teams = new HashMap<>();
        if (!agents.isEmpty()) {
            tx.query(TEAMS)
                    .bindArray("agents", UUID.class, ids(agents))
                    .map((row, context) -> teams.computeIfAbsent(
                                    new AgentId(row.getObject("agent_id", UUID.class)), agent -> new ArrayList<>())
                            .add(new DirectoryUser.Membership(
                                    new TeamId(row.getObject("id", UUID.class)), row.getString("name"))))
                    .list();
        }
        return teams;
    }

    private static final String LEAVE_TEAMS = """
            with left_teams as (
              delete from {schema}.team_member
              where tenant_id = :tenant and agent_id = :agent
              returning team_id)
            update {schema}.team t
            set version = t.version + 1, updated_at = :now
            from left_teams l
            where t.tenant_id = :tenant and t.id = l.team_id
            returning t.id
            """;

    /** Takes an agent out of all teams; answers which. */
    List<TeamId> leaveTeams(Tx tx, AgentId agent, Instant now) {
        return tx.query(LEAVE_TEAMS)
                .bind("agent", agent.value())
                .bind("now", now)
                .mapTo(UUID.class)
                .map(TeamId::new)
                .list();
    }

    private static final String SEEN_OF = """
            select a.id
            from {schema}.agent a
            where a.tenant_id = :tenant and a.id = any(:ids)
            """ + SEEN;

    /** Those of the agents who are users. */
    Set<AgentId> seen(Tx tx, Collection<AgentId> ids) {
        return new LinkedHashSet<>(tx.query(SEEN_OF)
                .bindArray("ids", UUID.class, ids(ids))
                .mapTo(UUID.class)
                .map(AgentId::new)
                .list());
    }

    static List<UUID> ids(Collection<AgentId> agents) {
        return agents.stream().map(AgentId::value).toList();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                new AgentId(row.getObject("id", UUID.class)),
                new UserAttributes(
                        row.getString("user_name"),
                        row.getString("provider_id"),
                        row.getString("name"),
                        row.getString("given_name"),
                        row.getString("family_name"),
                        row.getString("email"),
                        Role.of(row.getString("role")),
                        row.getBoolean("active")),
                row.getBoolean("removed"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
