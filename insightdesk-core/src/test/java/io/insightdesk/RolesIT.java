package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.Roles;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RolesIT {

    private static final Role FIRST_LINE = Role.of("first_line");
    private static final TestDatabase database = TestDatabase.fresh();
    private static final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .migrate(MigrationMode.VALIDATE)
            .build();

    private final TenantId tenant = database.newTenant();
    private final Desk system = insightDesk.tenant(tenant).as(Actor.system());
    private final Roles roles = system.roles();
    private int agents;

    @AfterAll
    static void end() {
        insightDesk.close();
        database.close();
    }

    @Test
    void aTenantHasTheBuiltInRolesAndItsOwn() {
        RoleDefinition made = roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));

        assertThat(roles.get(FIRST_LINE)).isEqualTo(made);
        assertThat(roles.list())
                .extracting(role -> role.role().wireName())
                .containsExactly(
                        "owner", "admin", "supervisor", "agent", "light_agent", "viewer", "customer", "first_line");
        assertThat(roles.get(Role.OWNER).permissions()).containsExactlyInAnyOrder(Permission.values());
        Desk other = insightDesk.tenant(database.newTenant()).as(Actor.system());
        notFound(() -> other.roles().get(FIRST_LINE));
        assertThat(other.roles().list()).hasSize(7);
    }

    @Test
    void aChangeOfARoleHoldsAtOnceForWhoHasIt() {
        roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));
        Desk desk = as(agent(FIRST_LINE));
        assertThat(desk.permissions()).containsExactly(Permission.TICKET_READ);

        RoleDefinition changed = roles.change(FIRST_LINE, 1L, RoleChange.allowing(Permission.AGENT_READ));

        assertThat(changed.version()).isEqualTo(2);
        assertThat(desk.permissions()).containsExactly(Permission.AGENT_READ);
        assertThat(desk.roles().get(FIRST_LINE)).isEqualTo(changed);
        assertThat(roles.change(FIRST_LINE, 2L, RoleChange.allowing(Permission.AGENT_READ)))
                .isEqualTo(changed);
        conflict(() -> roles.change(FIRST_LINE, 1L, RoleChange.allowing()), "version_conflict");
    }

    @Test
    void builtInRolesStayAsTheyAreAndNamesAreUnique() {
        roles.create(NewRole.of(FIRST_LINE, "First line"));
        conflict(() -> roles.create(NewRole.of(FIRST_LINE, "Again")), "role_taken");
        conflict(() -> roles.create(NewRole.of(Role.ADMIN, "Mine")), "role_taken");
        conflict(() -> roles.change(Role.VIEWER, null, RoleChange.allowing()), "role_built_in");
        conflict(() -> roles.remove(Role.VIEWER), "role_built_in");
        notFound(() -> roles.remove(Role.of("unknown")));
        notFound(() -> roles.change(Role.of("unknown"), null, RoleChange.allowing()));
        invalid(() -> Role.of("Not a name"), "invalid_value");
        invalid(
                () -> new NewRole(FIRST_LINE, "x", Set.of(), new TicketScope(TicketScope.Kind.OWN, Set.of())),
                "invalid_value");
        invalid(
                () -> roles.create(new NewRole(
                        Role.of("of_nobody"), "x", Set.of(), TicketScope.organizations(Set.of(UUID.randomUUID())))),
                "unknown_organization");
    }

    @Test
    void aRoleThatDoesNotExistIsGivenToNobody() {
        Role unknown = Role.of("unknown");
        Agent ann = agent(Role.AGENT);
        invalid(() -> agent(unknown), "unknown_role");
        invalid(() -> change(system, ann, AgentChange.builder().role(unknown)), "unknown_role");
        invalid(() -> system.apiTokens().create(NewApiToken.of("x", unknown)), "unknown_role");
        HostUser user = new HostUser("u-1", "Una", "una@desk.example", unknown);
        invalid(() -> insightDesk.tenant(tenant).as(user).actor(), "unknown_role");
        invalid(() -> NewAgent.of("x", "x@desk.example", Role.CUSTOMER), "invalid_value");
        invalid(() -> NewApiToken.of("x", Role.CUSTOMER), "invalid_value");
        invalid(() -> AgentChange.builder().role(Role.CUSTOMER).build(), "invalid_value");
    }

    @Test
    void aRoleInUseIsNotRemoved() {
        roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));
        Agent ann = agent(FIRST_LINE);
        conflict(() -> roles.remove(FIRST_LINE), "role_in_use");
        change(system, ann, AgentChange.builder().active(false));
        conflict(() -> roles.remove(FIRST_LINE), "role_in_use");
        change(system, ann, AgentChange.builder().role(Role.VIEWER));
        IssuedToken token = system.apiTokens().create(NewApiToken.of("t", FIRST_LINE));
        conflict(() -> roles.remove(FIRST_LINE), "role_in_use");
        system.apiTokens().revoke(token.token().id());

        roles.remove(FIRST_LINE);

        notFound(() -> roles.get(FIRST_LINE));
    }

    @Test
    void aRoleIsNotGivenWhileItIsRemoved() throws Exception {
        for (int round = 0; round < 20; round++) {
            Role role = Role.of("role_" + round);
            roles.create(NewRole.of(role, "Role", Permission.TICKET_READ));
            AtomicInteger turn = new AtomicInteger();
            String email = "race" + round + "@desk.example";
            List<Boolean> answers = Race.of(2, () -> {
                try {
                    if (turn.getAndIncrement() == 0) {
                        roles.remove(role);
                    } else {
                        system.agents().create(NewAgent.of("Race", email, role));
                    }
                    return true;
                } catch (ConflictException | InvalidInputException e) {
                    return false;
                }
            });

            assertThat(answers).as("one of the two").containsExactlyInAnyOrder(true, false);
            boolean given = system.agents().findByEmail(email).isPresent();
            assertThat(roles.list().stream().anyMatch(known -> known.role().equals(role)))
                    .isEqualTo(given);
        }
    }

    @Test
    void aTenantHasSoManyRoles() {
        for (int i = 0; i < Roles.MAX_OWN; i++) {
            roles.create(NewRole.of(Role.of("role_" + i), "Role"));
        }
        assertThatThrownBy(() -> roles.create(NewRole.of(FIRST_LINE, "Too many")))
                .isInstanceOfSatisfying(
                        LimitReachedException.class, e -> assertThat(e.code()).isEqualTo("too_many_roles"));
    }

    @Test
    void nobodyGivesAnAgentARoleBeyondTheOwnOne() {
        Desk desk = as(keeper(Permission.AGENT_ADMIN, Permission.AGENT_READ, Permission.TICKET_READ));
        Agent viewer = agent(Role.VIEWER);
        Agent admin = agent(Role.ADMIN);
        roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));

        Agent made = desk.agents().create(NewAgent.of("Ann", "ann@desk.example", FIRST_LINE));
        assertThat(made.role()).isEqualTo(FIRST_LINE);
        denied(() -> desk.agents().create(NewAgent.of("Eve", "eve@desk.example", Role.ADMIN)));
        denied(() -> change(desk, made, AgentChange.builder().role(Role.ADMIN)));
        // Who is changed is taken over: another address or identity signs in as that agent.
        denied(() -> change(desk, admin, AgentChange.builder().email("eve@desk.example")));
        denied(() -> change(desk, admin, AgentChange.builder().externalId("eve")));
        denied(() -> change(desk, admin, AgentChange.builder().active(false)));
        denied(() -> change(desk, viewer, AgentChange.builder().role(FIRST_LINE)));
        assertThat(system.agents().get(admin.id())).isEqualTo(admin);
    }

    @Test
    void administratorsDoNotMakeOrChangeOwners() {
        Agent owner = agent(Role.OWNER);
        Agent admin = agent(Role.ADMIN);
        Desk desk = as(admin);

        denied(() -> desk.agents().create(NewAgent.of("Eve", "eve@desk.example", Role.OWNER)));
        denied(() -> change(desk, admin, AgentChange.builder().role(Role.OWNER)));
        denied(() -> change(desk, owner, AgentChange.builder().name("Eve")));
        assertThat(change(as(owner), admin, AgentChange.builder().role(Role.OWNER))
                        .role())
                .isEqualTo(Role.OWNER);
    }

    @Test
    void nobodyMakesATokenBeyondTheOwnRole() {
        Agent issuer = keeper(Permission.TOKEN_ADMIN, Permission.TICKET_READ);
        Desk desk = as(issuer);
        roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));

        assertThat(desk.apiTokens()
                        .create(NewApiToken.of("own", FIRST_LINE))
                        .token()
                        .role())
                .isEqualTo(FIRST_LINE);
        denied(() -> desk.apiTokens().create(NewApiToken.of("more", Role.ADMIN)));
        denied(() -> desk.apiTokens().create(NewApiToken.of("more", issuer.id(), Role.ADMIN)));
    }

    @Test
    void aTokenGivesNoMoreThanItHasItself() {
        Agent admin = agent(Role.ADMIN);
        Role issuer = Role.of("issuer");
        roles.create(NewRole.of(issuer, "Issuer", Permission.TOKEN_ADMIN, Permission.ROLE_ADMIN));
        String secret = system.apiTokens()
                .create(NewApiToken.of("t", admin.id(), issuer))
                .secret()
                .reveal();
        Desk desk = insightDesk.desk(insightDesk.authenticate(secret).orElseThrow());

        denied(() -> desk.apiTokens().create(NewApiToken.of("more", Role.ADMIN)));
        denied(() -> desk.roles().create(NewRole.of(FIRST_LINE, "More", Permission.AGENT_ADMIN)));
    }

    @Test
    void nobodyMakesOrChangesARoleBeyondTheOwnOne() {
        Agent editor = keeper(Permission.ROLE_ADMIN, Permission.AGENT_READ, Permission.TICKET_READ);
        Desk desk = as(editor);
        Role strong = Role.of("strong");
        roles.create(NewRole.of(strong, "Strong", Permission.AGENT_ADMIN));

        desk.roles().create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));
        denied(() -> desk.roles().create(NewRole.of(Role.of("more"), "More", Permission.NOTE_READ)));
        denied(() -> desk.roles().change(FIRST_LINE, null, RoleChange.allowing(Permission.NOTE_READ)));
        denied(() -> desk.roles().change(editor.role(), null, RoleChange.allowing(Permission.values())));
        denied(() -> desk.roles().change(strong, null, RoleChange.allowing()));
        denied(() -> desk.roles().remove(strong));
    }

    @Test
    void nobodyGivesMoreTicketsThanTheOwnRoleIsAbout() {
        Role narrow = Role.of("narrow");
        roles.create(new NewRole(
                narrow,
                "Narrow",
                Set.of(Permission.ROLE_ADMIN, Permission.TICKET_READ, Permission.AGENT_ADMIN),
                TicketScope.TEAMS));
        roles.create(NewRole.of(FIRST_LINE, "First line", Permission.TICKET_READ));
        Desk desk = as(agent(narrow));

        denied(() -> desk.roles().create(NewRole.of(Role.of("wide"), "Wide", Permission.TICKET_READ)));
        denied(() -> desk.roles().change(narrow, null, new RoleChange(null, null, TicketScope.ALL)));
        denied(() -> desk.agents().create(NewAgent.of("Eve", "eve@desk.example", FIRST_LINE)));
        assertThat(desk.roles()
                        .create(new NewRole(
                                Role.of("same"), "Same", Set.of(Permission.TICKET_READ), TicketScope.TEAMS)))
                .isNotNull();
    }

    @Test
    void theHostDecidesItself() {
        agent(Role.OWNER);
        HostUser user = new HostUser("u-1", "Una", "una@desk.example", Role.OWNER);
        assertThat(insightDesk.tenant(tenant).as(user).permissions()).contains(Permission.OWNER_ADMIN);
        HostUser demoted = new HostUser("u-1", "Una", "una@desk.example", Role.VIEWER);
        assertThat(insightDesk.tenant(tenant).as(demoted).permissions()).doesNotContain(Permission.TICKET_UPDATE);
    }

    @Test
    void theLastOwnerStays() {
        Agent first = agent(Role.OWNER);
        Agent idle = agent(Role.OWNER);
        change(system, idle, AgentChange.builder().active(false));
        for (Desk desk : List.of(system, as(first))) {
            conflict(() -> change(desk, first, AgentChange.builder().role(Role.ADMIN)), "last_owner");
            conflict(() -> change(desk, first, AgentChange.builder().active(false)), "last_owner");
        }
        assertThat(change(system, first, AgentChange.builder().name("Still here"))
                        .active())
                .isTrue();
        Agent second = agent(Role.OWNER);

        assertThat(change(system, first, AgentChange.builder().role(Role.ADMIN)).role())
                .isEqualTo(Role.ADMIN);
        conflict(() -> change(system, second, AgentChange.builder().active(false)), "last_owner");
    }

    @Test
    void ofTwoOwnersWhoGoAtOnceOneStays() throws Exception {
        for (int round = 0; round < 20; round++) {
            Desk desk = insightDesk.tenant(database.newTenant()).as(Actor.system());
            List<Agent> owners = List.of(
                    desk.agents().create(NewAgent.of("A", "a@desk.example", Role.OWNER)),
                    desk.agents().create(NewAgent.of("B", "b@desk.example", Role.OWNER)));
            AtomicInteger turn = new AtomicInteger();
            List<Boolean> answers = Race.of(2, () -> {
                int mine = turn.getAndIncrement();
                AgentChange.Builder change = mine == 0
                        ? AgentChange.builder().role(Role.VIEWER)
                        : AgentChange.builder().active(false);
                try {
                    change(desk, owners.get(mine), change);
                    return true;
                } catch (ConflictException e) {
                    assertThat(e.code()).isEqualTo("last_owner");
                    return false;
                }
            });
            assertThat(answers).containsExactlyInAnyOrder(true, false);
        }
    }

    private static Agent change(Desk desk, Agent agent, AgentChange.Builder change) {
        return desk.agents().change(agent.id(), null, change.build());
    }

    private Agent keeper(Permission... permissions) {
        Role role = Role.of("keeper");
        roles.create(NewRole.of(role, "Keeper", permissions));
        return agent(role);
    }

    private Agent agent(Role role) {
        agents++;
        return system.agents().create(NewAgent.of("Agent " + agents, "agent" + agents + "@desk.example", role));
    }

    private Desk as(Agent agent) {
        return insightDesk.tenant(tenant).as(agent.actor());
    }

    private static void denied(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class);
    }

    private static void notFound(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NotFoundException.class);
    }

    private static void conflict(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void invalid(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations().get(0).code()).isEqualTo(code));
    }
}
