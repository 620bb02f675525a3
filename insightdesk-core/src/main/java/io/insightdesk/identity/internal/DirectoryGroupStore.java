package io.insightdesk.identity.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryGroup;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of teams as groups of a directory. Those that were removed are not seen unless it is said. */
final class DirectoryGroupStore {

    /** A group without its members, perhaps removed. */
    record Stored(
            TeamId id,
            String name,
            @Nullable String externalId,
            boolean membersOnly,
            boolean removed,
            Instant createdAt,
            Instant updatedAt,
            long version) {

        DirectoryGroup with(List<DirectoryGroup.Member> members) {
            return new DirectoryGroup(id, name, externalId, members, createdAt, updatedAt, version);
        }
    }

    private static final String INSERT = """
            insert into {schema}.team (tenant_id, id, name, provider_id, members_only, created_at, updated_at, version)
            values (:tenant, :id, :name, :providerId, :membersOnly, :createdAt, :updatedAt, :version)
            """;

    void insert(Tx tx, Stored group) {
        tx.update(INSERT)
                .bind("id", group.id().value())
                .bind("name", group.name())
                .bindByType("providerId", group.externalId(), String.class)
                .bind("membersOnly", group.membersOnly())
                .bind("createdAt", group.createdAt())
                .bind("updatedAt", group.updatedAt())
                .bind("version", group.version())
                .execute();
    }

    private static final String UPDATE = """
            update {schema}.team
            set name = :name, provider_id = :providerId, removed_at = :removedAt, updated_at = :updatedAt, version = :version
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Stored group) {
        tx.update(UPDATE)
                .bind("id", group.id().value())
                .bind("name", group.name())
                .bindByType("providerId", group.externalId(), String.class)
                .bindByType("removedAt", group.removed() ? group.updatedAt() : null, Instant.class)
                .bind("updatedAt", group.updatedAt())
                .bind("version", group.version())
                .execute();
    }

    private static final String SELECT = """
            select t.id, t.name, t.provider_id, t.members_only, t.removed_at is not null as removed, t.created_at, t.updated_at,
              t.version
            from {schema}.team t
            where t.tenant_id = :tenant
            """;

    private static final String SEEN = " and t.removed_at is null";

    private static final String FIND = SELECT + SEEN + " and t.id = :id";

    Optional<Stored> find(Tx tx, TeamId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String LOCK = FIND + " for no key update";

    Optional<Stored> lock(Tx tx, TeamId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String LOCK_BY_NAME = SELECT + " and lower(t.name) = lower(:name) for no key update";

    /** The team of a name, removed or not. */
    Optional<Stored> lockByName(Tx tx, String name) {
        return tx.query(LOCK_BY_NAME)
                .bind("name", name)
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String COUNT =
            "select count(*) from {schema}.team t where t.tenant_id = :tenant" + SEEN + " and ";

    /** How many groups a filter finds. */
    long count(Tx tx, DirectoryFilter filter) {
        DirectorySql sql = DirectorySql.ofGroups(filter);
        return sql.bind(tx.query(COUNT + sql.condition())).mapTo(Long.class).one();
    }

    private static final String PAGE = " order by t.id limit :limit offset :offset";

    /** The groups that a filter finds. */
    List<Stored> list(Tx tx, DirectoryFilter filter, int offset, int limit) {
        DirectorySql sql = DirectorySql.ofGroups(filter);
        return sql.bind(tx.query(SELECT + SEEN + " and " + sql.condition() + PAGE))
                .bind("offset", offset)
                .bind("limit", limit)
                .map((row, context) -> stored(row))
                .list();
    }

    private static final String MEMBERS = """
            select m.team_id, m.agent_id, a.name
            from {schema}.team_member m
            join {schema}.agent a on a.tenant_id = m.tenant_id and a.id = m.agent_id
            where m.tenant_id = :tenant and m.team_id = any(:teams) and (a.removed_at is null or a.active)
            order by m.team_id, m.agent_id
            """;

    /** The members of teams. */
    Map<TeamId, List<DirectoryGroup.Member>> members(Tx tx, Collection<TeamId> teams) {
        Map<TeamId, List<DirectoryGroup.Member>> members = new HashMap<>();
        if (!teams.isEmpty()) {
            tx.query(MEMBERS)
                    .bindArray(
                            "teams",
                            UUID.class,
                            teams.stream().map(TeamId::value).toList())
                    .map((row, context) -> members.computeIfAbsent(
                                    new TeamId(row.getObject("team_id", UUID.class)), team -> new ArrayList<>())
                            .add(new DirectoryGroup.Member(
                                    new AgentId(row.getObject("agent_id", UUID.class)), row.getString("name"))))
                    .list();
        }
        return members;
    }

    private static final String JOIN = """
            insert into {schema}.team_member (tenant_id, team_id, agent_id)
            select :tenant, :team, agent
            from unnest(:agents) as agent
            on conflict do nothing
            """;

    private static final String LEAVE = """
            delete from {schema}.team_member
            where tenant_id = :tenant and team_id = :team and agent_id = any(:agents)
            """;

    /** Takes members in and out, in two statements. */
    void change(Tx tx, TeamId team, Collection<AgentId> added, Collection<AgentId> removed) {
        if (!removed.isEmpty()) {
            tx.update(LEAVE)
                    .bind("team", team.value())
                    .bindArray("agents", UUID.class, DirectoryUserStore.ids(removed))
                    .execute();
        }
        if (!added.isEmpty()) {
            tx.update(JOIN)
                    .bind("team", team.value())
                    .bindArray("agents", UUID.class, DirectoryUserStore.ids(added))
                    .execute();
        }
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                new TeamId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("provider_id"),
                row.getBoolean("members_only"),
                row.getBoolean("removed"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
