package io.insightdesk.identity.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of teams. */
final class TeamStore {

    private static final String INSERT = """
            insert into {schema}.team (tenant_id, id, name, members_only, created_at, updated_at, version)
            values (:tenant, :id, :name, :membersOnly, :createdAt, :updatedAt, :version)
            """;

    void insert(Tx tx, Team team) {
        tx.update(INSERT)
                .bind("id", team.id().value())
                .bind("name", team.name())
                .bind("membersOnly", team.membersOnly())
                .bind("createdAt", team.createdAt())
                .bind("updatedAt", team.updatedAt())
                .bind("version", team.version())
                .execute();
        insertMembers(tx, team);
    }

    private static final String UPDATE = """
            update {schema}.team
            set name = :name, members_only = :membersOnly, updated_at = :updatedAt, version = :version, removed_at = null
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Team team) {
        tx.update(UPDATE)
                .bind("id", team.id().value())
                .bind("name", team.name())
                .bind("membersOnly", team.membersOnly())
                .bind("updatedAt", team.updatedAt())
                .bind("version", team.version())
                .execute();
    }

    private static final String DELETE_MEMBERS = """
            delete from {schema}.team_member
            where tenant_id = :tenant and team_id = :id
            """;

    void replaceMembers(Tx tx, Team team) {
        tx.update(DELETE_MEMBERS).bind("id", team.id().value()).execute();
        insertMembers(tx, team);
    }

    private static final String INSERT_MEMBERS = """
            insert into {schema}.team_member (tenant_id, team_id, agent_id)
            select :tenant, :id, member
            from unnest(:members) as member
            """;

    private static void insertMembers(Tx tx, Team team) {
        if (!team.members().isEmpty()) {
            tx.update(INSERT_MEMBERS)
                    .bind("id", team.id().value())
                    .bindArray(
                            "members",
                            UUID.class,
                            team.members().stream().map(AgentId::value).toList())
                    .execute();
        }
    }

    private static final String SELECT = """
            select t.id, t.name, t.members_only, t.created_at, t.updated_at, t.version,
              array(
                select m.agent_id
                from {schema}.team_member m
                where m.tenant_id = t.tenant_id and m.team_id = t.id
                order by m.agent_id) as members
            from {schema}.team t
            where t.tenant_id = :tenant
            """;

    private static final String BY_ID = SELECT + " and t.id = :id";

    Optional<Team> find(Tx tx, TeamId id) {
        return tx.query(BY_ID)
                .bind("id", id.value())
                .map((row, context) -> team(row))
                .findOne();
    }

    private static final String BY_IDS = SELECT + " and t.id = any (:ids)";

    List<Team> findAll(Tx tx, Collection<TeamId> ids) {
        return tx.query(BY_IDS)
                .bindArray(
                        "ids",
                        UUID.class,
                        ids.stream().map(TeamId::value).distinct().toList())
                .map((row, context) -> team(row))
                .list();
    }

    private static final String LOCK = """
            select id
            from {schema}.team
            where tenant_id = :tenant and id = :id
            for no key update
            """;

    /** Locks the row first, so that the members are read as they are after the wait. */
    Optional<Team> lock(Tx tx, TeamId id) {
        return tx.query(LOCK).bind("id", id.value()).mapTo(UUID.class).findOne().flatMap(locked -> find(tx, id));
    }

    private static final String LIST = SELECT + """
             and t.id > :after
            order by t.id
            limit :limit
            """;

    List<Team> list(Tx tx, UUID after, int limit) {
        return tx.query(LIST)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> team(row))
                .list();
    }

    private static Team team(ResultSet row) throws SQLException {
        return new Team(
                new TeamId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Arrays.stream((UUID[]) row.getArray("members").getArray())
                        .map(AgentId::new)
                        .toList(),
                row.getBoolean("members_only"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
