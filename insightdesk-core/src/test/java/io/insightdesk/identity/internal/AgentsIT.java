package io.insightdesk.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.AgentPage;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamQuery;
import io.insightdesk.identity.Teams;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgentsIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final IdentityFeature identity = new IdentityFeature(
            database.database(),
            database.events(),
            new Cursors(new InMemorySigner()),
            database.clock(),
            (tx, scope, agent) -> {});

    // A tenant for each test.
    private final Scope scope = database.system(database.newTenant());
    private final Agents agents = identity.agents(scope);
    private final Teams teams = identity.teams(scope);

    @AfterAll
    static void end() {
        database.close();
    }

    @Test
    void anAgentIsFoundAsItWasMade() {
        Agent made = agents.create(new NewAgent("Ann", "Ann@Example.COM", Role.AGENT, "u-1"));

        assertThat(made.email()).isEqualTo("ann@example.com");
        assertThat(made.active()).isTrue();
        assertThat(made.version()).isEqualTo(1);
        assertThat(agents.get(made.id())).isEqualTo(made);
        assertThat(agents.findByEmail("ANN@example.com")).contains(made);
        assertThat(agents.findByEmail("bob@example.com")).isEmpty();
        assertThat(agents.findByEmail("no address")).isEmpty();
        assertThat(events()).containsExactly("agent_created");
    }

    @Test
    void aMailAddressBelongsToOneAgentOfATenant() {
        agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));
        Agent bob = agents.create(NewAgent.of("Bob", "bob@example.com", Role.AGENT));

        conflict(() -> agents.create(NewAgent.of("Ann", "ANN@example.com", Role.AGENT)), "email_taken");
        conflict(
                () -> agents.change(
                        bob.id(),
                        null,
                        AgentChange.builder().email("ann@example.com").build()),
                "email_taken");
        assertThat(identity.agents(database.system(database.newTenant()))
                        .create(NewAgent.of("Ann", "ann@example.com", Role.AGENT)))
                .isNotNull();
        assertThat(events()).containsExactly("agent_created", "agent_created");
    }

    @Test
    void anotherTenantsAgentDoesNotExist() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));
        Agents others = identity.agents(database.system(database.newTenant()));

        assertThatThrownBy(() -> others.get(ann.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> others.change(
                        ann.id(), null, AgentChange.builder().name("x").build()))
                .isInstanceOf(NotFoundException.class);
        assertThat(others.findByEmail("ann@example.com")).isEmpty();
        assertThat(others.list(AgentQuery.all()).items()).isEmpty();
    }

    @Test
    void aChangeTouchesOnlyWhatItNames() {
        Agent ann = agents.create(new NewAgent("Ann", "ann@example.com", Role.AGENT, "u-1"));

        Agent changed = agents.change(
                ann.id(),
                1L,
                AgentChange.builder().role(Role.VIEWER).removeExternalId().build());

        assertThat(changed.name()).isEqualTo("Ann");
        assertThat(changed.role()).isEqualTo(Role.VIEWER);
        assertThat(changed.externalId()).isNull();
        assertThat(changed.version()).isEqualTo(2);
        assertThat(agents.get(ann.id())).isEqualTo(changed);
        assertThat(agents.change(ann.id(), 2L, AgentChange.builder().name("Ann").build()))
                .as("a change that changes nothing")
                .isEqualTo(changed);
        assertThat(events()).containsExactly("agent_created", "agent_changed");
    }

    @Test
    void aLostUpdateNamesBothVersions() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));
        AgentChange change = AgentChange.builder().name("Anna").build();
        agents.change(ann.id(), 1L, change);

        assertThatThrownBy(() -> agents.change(ann.id(), 1L, change))
                .isInstanceOfSatisfying(ConflictException.class, e -> {
                    assertThat(e.expectedVersion()).hasValue(1);
                    assertThat(e.actualVersion()).hasValue(2);
                });
    }

    @Test
    void pagesGoThroughAllOnce() {
        List<AgentId> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(agents.create(NewAgent.of("A" + i, "a" + i + "@example.com", Role.AGENT))
                    .id());
        }
        agents.change(made.get(3), null, AgentChange.builder().active(false).build());

        List<AgentId> seen = new ArrayList<>();
        AgentQuery query = AgentQuery.all().limit(3);
        String cursor = null;
        do {
            AgentPage page = agents.list(query.after(cursor));
            page.items().forEach(agent -> seen.add(agent.id()));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(seen).isEqualTo(made);
        assertThat(agents.list(new AgentQuery(false, null, 25)).items())
                .extracting(Agent::id)
                .containsExactly(made.get(3));
        String first = agents.list(query).nextCursor();
        assertThatThrownBy(() -> agents.list(new AgentQuery(true, first, 3))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> teams.list(TeamQuery.all().after(first))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void rolesDecideAndChangesHoldAtOnce() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));
        Agents asAnn = identity.agents(as(ann));

        assertThat(asAnn.get(ann.id())).isEqualTo(ann);
        denied(() -> asAnn.create(NewAgent.of("Eve", "eve@example.com", Role.ADMIN)), Permission.AGENT_ADMIN);

        agents.change(ann.id(), null, AgentChange.builder().role(Role.ADMIN).build());
        asAnn.create(NewAgent.of("Bob", "bob@example.com", Role.AGENT));

        agents.change(ann.id(), null, AgentChange.builder().active(false).build());
        denied(() -> asAnn.get(ann.id()), Permission.AGENT_READ);
    }

    @Test
    void rolesReadInAHostsTransactionAreNotKeptWhenItRollsBack() throws SQLException {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.VIEWER));
        Scope own = as(ann);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Scope hosts = new Scope(
                    scope.tenant(),
                    ann.actor(),
                    identity.authority(),
                    database.database().on(connection, action -> {}),
                    database.clock(),
                    null);
            denied(() -> hosts.require(Permission.AGENT_ADMIN), Permission.AGENT_ADMIN);
            denied(() -> own.require(Permission.AGENT_ADMIN), Permission.AGENT_ADMIN);
            identity.agents(hosts.trusted())
                    .change(
                            ann.id(),
                            null,
                            AgentChange.builder().role(Role.ADMIN).build());
            hosts.require(Permission.AGENT_ADMIN);
            connection.rollback();
            denied(() -> hosts.require(Permission.AGENT_ADMIN), Permission.AGENT_ADMIN);
            connection.rollback();
        }
        denied(() -> own.require(Permission.AGENT_ADMIN), Permission.AGENT_ADMIN);
    }

    @Test
    void aHostsUserBecomesOneAgentHoweverManyAskAtOnce() throws Exception {
        HostUser user = new HostUser("subject-1", "Ann", "ann@example.com", Role.AGENT);

        List<Agent> provisioned = Race.of(16, () -> identity.provision(scope, user));

        assertThat(provisioned)
                .extracting(Agent::id)
                .containsOnly(provisioned.get(0).id());
        assertThat(agents.list(AgentQuery.all()).items()).hasSize(1);
        assertThat(events()).containsExactly("agent_created");
    }

    @Test
    void provisioningAdoptsAndFollowsButDoesNotWake() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.VIEWER));

        Agent adopted = identity.provision(scope, new HostUser("subject-1", "Ann B.", "ANN@example.com", Role.AGENT));
        assertThat(adopted.id()).isEqualTo(ann.id());
        assertThat(adopted.externalId()).isEqualTo("subject-1");
        assertThat(adopted.role()).isEqualTo(Role.AGENT);

        Agent moved = identity.provision(scope, new HostUser("subject-1", "Ann B.", "ann@example.org", Role.AGENT));
        assertThat(moved.id()).isEqualTo(ann.id());
        assertThat(moved.email()).isEqualTo("ann@example.org");

        agents.change(ann.id(), null, AgentChange.builder().active(false).build());
        assertThat(identity.provision(scope, new HostUser("subject-1", "Ann", "ann@example.org", Role.ADMIN))
                        .active())
                .isFalse();
        conflict(
                () -> identity.provision(scope, new HostUser("subject-2", "Eve", "ann@example.org", Role.AGENT)),
                "email_taken");
    }

    @Test
    void provisioningInAHostsTransactionGoesWithIt() throws SQLException {
        HostUser user = new HostUser("subject-1", "Ann", "ann@example.com", Role.AGENT);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Scope hosts = new Scope(
                    scope.tenant(),
                    scope.actor(),
                    scope.authority(),
                    database.database().on(connection, action -> {}),
                    database.clock(),
                    null);
            Agent ann = identity.provision(hosts, user);
            assertThat(identity.agents(hosts).get(ann.id())).isEqualTo(ann);
            conflict(
                    () -> identity.agents(hosts).create(NewAgent.of("Ann", "ann@example.com", Role.AGENT)),
                    "email_taken");
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            }
            connection.rollback();
        }
        assertThat(agents.list(AgentQuery.all()).items()).isEmpty();
    }

    @Test
    void aTeamHasTheMembersThatWereNamed() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));
        Agent bob = agents.create(NewAgent.of("Bob", "bob@example.com", Role.AGENT));

        Team made = teams.create(new NewTeam("Support", List.of(bob.id(), ann.id(), bob.id())));
        assertThat(made.members()).containsExactly(ann.id(), bob.id());
        assertThat(teams.get(made.id())).isEqualTo(made);

        Team changed = teams.change(made.id(), 1L, TeamChange.members(List.of(bob.id())));
        assertThat(changed.members()).containsExactly(bob.id());
        assertThat(changed.version()).isEqualTo(2);
        assertThat(teams.get(made.id())).isEqualTo(changed);
        assertThat(teams.list(TeamQuery.all()).items()).containsExactly(changed);
        conflict(() -> teams.create(NewTeam.of("SUPPORT")), "name_taken");
        assertThat(events()).containsExactly("agent_created", "agent_created", "team_created", "team_changed");
    }

    @Test
    void unknownMembersAreNamedByPointer() {
        Agent ann = agents.create(NewAgent.of("Ann", "ann@example.com", Role.AGENT));

        assertThatThrownBy(() -> teams.create(new NewTeam("Support", List.of(ann.id(), new AgentId(Ids.next())))))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .singleElement()
                                .satisfies(violation ->
                                        assertThat(violation.pointer()).isEqualTo("/members/1")));
        assertThat(teams.list(TeamQuery.all()).items()).isEmpty();
    }

    private Scope as(Agent agent) {
        return new Scope(
                scope.tenant(), agent.actor(), identity.authority(), database.database(), database.clock(), null);
    }

    private List<String> events() {
        return scope.run(tx -> tx.query("select type from {schema}.event where tenant_id = :tenant order by id")
                .mapTo(String.class)
                .list());
    }

    private static void conflict(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void denied(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Permission permission) {
        assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class).hasMessageContaining(permission.wireName());
    }
}
