package io.insightdesk.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.Directory;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryFilter.Attribute;
import io.insightdesk.identity.DirectoryFilter.Comparison;
import io.insightdesk.identity.DirectoryFilter.Kind;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DirectoryIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final List<AgentId> ended = new CopyOnWriteArrayList<>();
    private static final IdentityFeature identity = new IdentityFeature(
            database.database(),
            database.events(),
            new Cursors(new InMemorySigner()),
            database.clock(),
            (tx, scope, agent) -> ended.add(agent));

    // A tenant for each test.
    private final Scope scope = database.system(database.newTenant());
    private final Directory directory = identity.directory(scope);
    private final Agents agents = identity.agents(scope);

    @AfterAll
    static void end() {
        database.close();
    }

    private static UserAttributes user(String name) {
        return new UserAttributes(name, null, name, null, null, name + "@example.com", Role.AGENT, true);
    }

    private List<String> users(DirectoryFilter filter) {
        return directory.listUsers(new DirectoryQuery(filter, 0, 200)).items().stream()
                .map(found -> found.attributes().userName())
                .toList();
    }

    @Test
    void everyFilterIsAStatementThatRunsAndItsNegationFindsTheRest() {
        directory.createUser(user("ann").withExternalId("e-1"));
        directory.createUser(user("bob"));
        directory.createGroup(new GroupAttributes("First", null, Set.of()));
        directory.createGroup(new GroupAttributes("Second", "e-2", Set.of()));
        EnumSet<Attribute> ofGroups = EnumSet.of(
                Attribute.ID,
                Attribute.EXTERNAL_ID,
                Attribute.NAME,
                Attribute.MEMBER,
                Attribute.CREATED,
                Attribute.LAST_MODIFIED);
        int run = 0;
        for (Attribute attribute : Attribute.values()) {
            for (DirectoryFilter filter : filters(attribute)) {
                DirectoryFilter not = new DirectoryFilter.Not(filter);
                DirectoryFilter both = new DirectoryFilter.All(List.of(filter, new DirectoryFilter.Any(List.of(not))));
                if (attribute != Attribute.MEMBER) {
                    assertThat(users(filter).size() + users(not).size())
                            .as(filter.toString())
                            .isEqualTo(2);
                    assertThat(users(both)).as(filter.toString()).isEmpty();
                    run++;
                }
                if (ofGroups.contains(attribute)) {
                    assertThat(groups(filter) + groups(not))
                            .as(filter.toString())
                            .isEqualTo(2);
                    run++;
                }
            }
        }
        assertThat(run).isGreaterThan(70);
        assertThatThrownBy(() -> users(new DirectoryFilter.Present(Attribute.MEMBER)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> groups(new DirectoryFilter.Active(true))).isInstanceOf(IllegalArgumentException.class);
    }

    private long groups(DirectoryFilter filter) {
        return directory.listGroups(new DirectoryQuery(filter, 0, 0), true).total();
    }

    private static List<DirectoryFilter> filters(Attribute attribute) {
        List<DirectoryFilter> filters = new ArrayList<>(List.of(new DirectoryFilter.Present(attribute)));
        for (Comparison comparison : Comparison.values()) {
            if (attribute.kind() == Kind.TEXT) {
                filters.add(new DirectoryFilter.Text(attribute, comparison, "e-1"));
            } else if (attribute.kind() == Kind.TIME && !comparison.ofText()) {
                filters.add(new DirectoryFilter.Time(attribute, comparison, Instant.parse("2020-01-01T00:00:00Z")));
            }
        }
        if (attribute.kind() == Kind.TRUTH) {
            filters.add(new DirectoryFilter.Active(true));
        } else if (attribute.kind() == Kind.MEMBERS) {
            filters.add(new DirectoryFilter.Member(AgentId.of("0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b")));
        }
        return filters;
    }

    /** What a provider asks before each act, in a large tenant and under row-level security. */
    @Test
    void usersAreFoundByTheirIndexes() {
        scope.run(tx -> tx.update("""
                        insert into {schema}.agent (
                          tenant_id, id, name, email, role, created_at, updated_at, user_name, user_name_key, provider_id)
                        select :tenant, gen_random_uuid(), 'n', 'a' || n || '@example.com', 'viewer', now(), now(), 'U' || n,
                          'u' || n, 'p' || n
                        from generate_series(1, 5000) as n
                        """).execute());
        database.execute("analyze insightdesk.agent");

        assertThat(plan(new DirectoryFilter.Text(Attribute.USER_NAME, Comparison.EQUAL, "U7")))
                .contains("agent_user_name");
        assertThat(plan(new DirectoryFilter.Text(Attribute.EXTERNAL_ID, Comparison.EQUAL, "p7")))
                .contains("agent_provider_id");
        assertThat(plan(new DirectoryFilter.Text(Attribute.EMAIL, Comparison.EQUAL, "a7@example.com")))
                .contains("agent_email");
        assertThat(plan(new DirectoryFilter.Text(
                        Attribute.ID, Comparison.EQUAL, "0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b")))
                .contains("agent_pkey");
    }

    private String plan(DirectoryFilter filter) {
        DirectorySql sql = DirectorySql.ofUsers(filter);
        return scope.run(tx -> String.join(
                "\n",
                sql.bind(tx.query("explain select a.id from {schema}.agent a where a.tenant_id = :tenant and "
                                + sql.condition()))
                        .mapTo(String.class)
                        .list()));
    }

    @Test
    void whoIsSwitchedOffLosesTokensAndIsToldOfInTheTransaction() {
        AgentId ann = directory.createUser(user("ann")).id();
        String token = identity.apiTokens(scope)
                .create(NewApiToken.of("ann's", ann, Role.VIEWER))
                .secret()
                .reveal();
        directory.changeUser(ann, null, same -> same.withRole(Role.VIEWER));
        assertThat(identity.authenticate(token)).isPresent();
        assertThat(ended).doesNotContain(ann);

        directory.changeUser(ann, null, same -> same.withActive(false));

        assertThat(ended).contains(ann);
        agents.change(ann, null, AgentChange.builder().active(true).build());
        assertThat(identity.authenticate(token)).isEmpty();
    }

    @Test
    void aChangeThatThrowsChangesNothing() {
        DirectoryUser ann = directory.createUser(user("ann"));
        assertThatThrownBy(() -> directory.changeUser(ann.id(), null, same -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> directory.changeUser(ann.id(), null, same -> same.withRole(Role.of("unknown"))))
                .isInstanceOf(InvalidInputException.class);
        assertThat(directory.getUser(ann.id())).isEqualTo(ann);
        assertThat(directory.changeUser(ann.id(), 1L, same -> same))
                .as("nothing to do")
                .isEqualTo(ann);
        assertThatThrownBy(() -> directory.changeUser(ann.id(), 2L, same -> same))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        lost -> assertThat(lost.actualVersion()).hasValue(1));
    }

    @Test
    void namesAreKeptApartFromTheAddressesOfAgentsWhomNoProviderNamed() {
        agents.create(NewAgent.of("By hand", "hand@example.com", Role.AGENT));
        conflict(
                () -> directory.createUser(new UserAttributes(
                        "HAND@example.com", null, "x", null, null, "other@example.com", Role.AGENT, true)),
                "user_name_taken");
        directory.createUser(
                new UserAttributes("named@example.com", null, "x", null, null, "real@example.com", Role.AGENT, true));
        conflict(() -> agents.create(NewAgent.of("x", "named@example.com", Role.AGENT)), "user_name_taken");
        conflict(() -> directory.createUser(user("real")), "email_taken");
        // The subject of a login is another matter than the provider's identifier.
        DirectoryUser ann = directory.createUser(user("ann").withExternalId("s-1"));
        assertThat(identity.provision(scope, new HostUser("s-1", "Sue", "sue@example.com", Role.AGENT))
                        .id())
                .isNotEqualTo(ann.id());
    }

    @Test
    void anAgentWithTheLongestAddressIsAUser() {
        String email = "a".repeat(60) + "@" + ("b".repeat(60) + ".").repeat(3) + "example";
        AgentId id = agents.create(NewAgent.of("Long", email, Role.AGENT)).id();
        assertThat(directory.getUser(id).attributes().userName()).isEqualTo(email);
        assertThat(users(DirectoryFilter.EVERYTHING)).contains(email);
    }

    @Test
    void aTeamThatIsChangedByHandIsAGroupAgain() {
        TeamId team = directory
                .createGroup(new GroupAttributes("First", "g", Set.of()))
                .id();
        directory.removeGroup(team, null);
        assertThatThrownBy(() -> directory.getGroup(team, true)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> directory.removeGroup(team, null)).isInstanceOf(NotFoundException.class);
        identity.teams(scope).change(team, null, TeamChange.name("Again"));
        assertThat(directory.getGroup(team, true).name()).isEqualTo("Again");
        assertThat(directory.getGroup(team, true).externalId()).isNull();
    }

    private static void conflict(Runnable act, String code) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
