package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Threat: an agent does more than the role allows. Which tickets there are for whom, on every way to a ticket. */
class TicketScopeIT {

    private static final Role FIRST_LINE = Role.of("first_line");
    private static final TestDatabase database = TestDatabase.fresh();
    private static final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .migrate(MigrationMode.VALIDATE)
            .build();

    private final TenantId tenant = database.newTenant();
    private final Desk system = insightDesk.tenant(tenant).as(Actor.system());
    private int agents;

    /** A ticket with all that hangs on it. */
    private record Known(TicketId id, long number, Message message, Message note, Attachment attachment) {}

    @AfterAll
    static void end() {
        insightDesk.close();
        database.close();
    }

    @Test
    void aRoleOfTeamsSeesTheTeamsTicketsAndThoseGivenToTheAgent() {
        role(TicketScope.TEAMS);
        Agent ann = agent(FIRST_LINE);
        Team own = team(false, ann.id());
        Team other = team(false);
        Known inOwn = known(own.id(), null);
        Known given = known(other.id(), ann.id());
        Known elsewhere = known(other.id(), null);
        Known nobodys = known(null, null);

        Desk desk = as(ann);

        assertThat(ways(desk, inOwn).values()).containsOnly(true);
        assertThat(ways(desk, given).values()).containsOnly(true);
        assertThat(ways(desk, elsewhere).values()).containsOnly(false);
        assertThat(ways(desk, nobodys).values()).containsOnly(false);
    }

    @Test
    void aRoleOfOrganizationsSeesTheirTicketsOnly() {
        Organization acme = organization("Acme", "acme.example");
        Organization umbrella = organization("Umbrella", "umbrella.example");
        role(TicketScope.organizations(Set.of(acme.id().value())));
        Known seen = known("ada@acme.example", null, null);
        Known hidden = known("eve@umbrella.example", null, null);
        Known nobodys = known("joe@home.example", null, null);

        Desk desk = as(agent(FIRST_LINE));

        assertThat(ways(desk, seen).values()).containsOnly(true);
        assertThat(ways(desk, hidden).values()).containsOnly(false);
        assertThat(ways(desk, nobodys).values()).containsOnly(false);

        system.roles()
                .change(
                        FIRST_LINE,
                        null,
                        new RoleChange(
                                null,
                                null,
                                TicketScope.organizations(Set.of(umbrella.id().value()))));
        assertThat(ways(desk, seen).values()).containsOnly(false);
        assertThat(ways(desk, hidden).values()).containsOnly(true);
    }

    @Test
    void aPrivateTeamsTicketsAreThereForMembersAndThoseWhoMayReadThem() {
        Agent member = agent(Role.AGENT);
        Agent stranger = agent(Role.AGENT);
        Team team = team(true, member.id());
        Known ticket = known(team.id(), null);
        Known givenToStranger = known(team.id(), stranger.id());

        assertThat(ways(as(member), ticket).values()).containsOnly(true);
        assertThat(ways(as(agent(Role.SUPERVISOR)), ticket).values()).containsOnly(true);
        assertThat(ways(as(stranger), ticket).values()).containsOnly(false);
        assertThat(ways(as(stranger), givenToStranger).values()).containsOnly(false);
        Desk token = insightDesk.desk(insightDesk
                .authenticate(system.apiTokens()
                        .create(NewApiToken.of("program", Role.AGENT))
                        .secret()
                        .reveal())
                .orElseThrow());
        assertThat(ways(token, ticket).values()).containsOnly(false);

        system.teams().change(team.id(), null, TeamChange.membersOnly(false));
        assertThat(ways(as(stranger), ticket).values()).containsOnly(true);
    }

    @Test
    void whoLeavesATeamLosesItsTicketsAtOnce() {
        role(TicketScope.TEAMS);
        Agent ann = agent(FIRST_LINE);
        Team team = team(false, ann.id());
        Known ticket = known(team.id(), null);
        Desk desk = as(ann);
        assertThat(desk.tickets().get(ticket.id())).isNotNull();

        system.teams().change(team.id(), null, TeamChange.members(List.of()));

        assertThat(ways(desk, ticket).values()).containsOnly(false);
    }

    @Test
    void aTicketThatIsHandedOverIsGone() {
        role(TicketScope.TEAMS);
        Agent ann = agent(FIRST_LINE);
        Team own = team(false, ann.id());
        Team other = team(false);
        Known ticket = known(own.id(), null);
        Desk desk = as(ann);

        Ticket handedOver = desk.tickets()
                .change(
                        ticket.id(),
                        null,
                        TicketChange.builder().team(other.id()).build());

        assertThat(handedOver.team()).isEqualTo(other.id());
        assertThat(ways(desk, ticket).values()).containsOnly(false);
    }

    @Test
    void aTokenSeesWhatBothItAndItsAgentSee() {
        role(TicketScope.TEAMS);
        Agent admin = agent(Role.ADMIN);
        Agent ann = agent(FIRST_LINE);
        Team own = team(false, ann.id(), admin.id());
        Known inOwn = known(own.id(), null);
        Known elsewhere = known(null, null);

        Desk narrowToken = token(admin.id(), FIRST_LINE);
        Desk wideToken = token(ann.id(), Role.ADMIN);

        for (Desk desk : List.of(narrowToken, wideToken)) {
            assertThat(ways(desk, inOwn).values()).containsOnly(true);
            assertThat(ways(desk, elsewhere).values()).containsOnly(false);
        }
        assertThat(ways(as(admin), elsewhere).values()).containsOnly(true);
    }

    @Test
    void pagesAreFullAndGoThroughAllThatIsSeen() {
        role(TicketScope.TEAMS);
        Agent ann = agent(FIRST_LINE);
        Team own = team(false, ann.id());
        List<TicketId> mine = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            boolean seen = i % 3 == 0;
            Ticket made = system.tickets().create(ticket("joe@home.example", seen ? own.id() : null, null));
            if (seen) {
                mine.add(made.id());
            }
        }
        Desk desk = as(ann);
        List<TicketId> found = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String cursor = null;
        do {
            TicketPage page = desk.tickets()
                    .list(TicketQuery.builder()
                            .sort(TicketQuery.Sort.CREATED_ASC)
                            .limit(3)
                            .cursor(cursor)
                            .build());
            page.items().forEach(ticket -> found.add(ticket.id()));
            sizes.add(page.items().size());
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(found).containsExactlyElementsOf(mine);
        assertThat(sizes).containsExactly(3, 3, 1);
    }

    @Test
    void whoMayNotReadNotesSeesNoneAndNoTraceOfOne() {
        Role role = Role.of("reader");
        system.roles().create(NewRole.of(role, "Reader", Permission.TICKET_READ, Permission.ACTIVITY_READ));
        Known ticket = known(null, null);
        Desk desk = as(agent(role));

        assertThat(desk.conversations().list(ticket.id(), null, 100).items())
                .extracting(Message::id)
                .containsExactly(ticket.message().id());
        notFound(() -> desk.conversations().get(ticket.note().id()));
        notFound(() -> desk.attachments().get(ticket.attachment().id()));
        notFound(() -> desk.attachments().open(ticket.attachment().id()));
        assertThat(desk.tickets().activity(ticket.id(), ActivityQuery.all()))
                .noneMatch(event -> event.payload().contains("note"));
        assertThat(system.tickets().activity(ticket.id(), ActivityQuery.all()))
                .anyMatch(event -> event.payload().contains("note"));
    }

    /** As the work role, under row-level security, a list goes along its index whatever the actor sees. */
    @Test
    void everyScopeFindsAnIndex() {
        Customer ada = system.customers().create(NewCustomer.of("Ada", "ada@home.example"));
        Agent ann = agent(Role.AGENT);
        team(true, ann.id());
        team(true);
        database.system(tenant)
                .run(tx -> tx.update("""
                        insert into {schema}.ticket (tenant_id, id, number, subject, status, priority, channel, requester_id,
                          created_at, updated_at)
                        select :tenant, gen_random_uuid(), i, 'x', 'new', 'normal', 'api', :ada, now(), now()
                        from generate_series(1, 5000) as i
                        """).bind("ada", ada.id().value()).execute());
        database.execute("analyze insightdesk.ticket");
        UUID agent = ann.id().value();
        Map<String, TicketSight> sights = Map.of(
                "not private", new TicketSight(null, agent, false, null, false),
                "teams", new TicketSight(null, agent, true, null, false),
                "organizations", new TicketSight(null, agent, false, Set.of(UUID.randomUUID()), true),
                "customer", TicketSight.ofCustomer(UUID.randomUUID()));
        sights.forEach((name, sight) -> {
            String where = "where t.tenant_id = :tenant" + sight.condition();
            assertThat(plan(sight, where + "\norder by t.created_at desc, t.id desc limit 26"))
                    .as(name)
                    .containsAnyOf(
                            "ticket_created",
                            "ticket_team",
                            "ticket_assignee",
                            "ticket_organization",
                            "ticket_requester")
                    .doesNotContain("Seq Scan on ticket");
            assertThat(plan(
                            sight,
                            "where t.tenant_id = :tenant and t.id = '00000000-0000-0000-0000-000000000001'"
                                    + sight.condition()))
                    .as(name)
                    .doesNotContain("Seq Scan on ticket");
        });
    }

    private String plan(TicketSight sight, String rest) {
        return database.system(tenant)
                .run(tx -> String.join(
                        "\n",
                        sight.bind(tx.query("explain select t.id from {schema}.ticket t " + rest))
                                .mapTo(String.class)
                                .list()));
    }

    @Test
    void nobodyJoinsATeamToSeeWhatIsHidden() {
        Role keeper = Role.of("keeper");
        system.roles()
                .create(NewRole.of(
                        keeper, "Keeper", Permission.AGENT_READ, Permission.AGENT_ADMIN, Permission.TICKET_READ));
        Agent eve = agent(keeper);
        Team team = team(true);
        Desk desk = as(eve);

        denied(() -> desk.teams().change(team.id(), null, TeamChange.members(List.of(eve.id()))));
        denied(() -> desk.teams().change(team.id(), null, TeamChange.membersOnly(false)));
        assertThat(system.teams().get(team.id())).isEqualTo(team);

        system.roles().change(keeper, null, new RoleChange(null, null, TicketScope.TEAMS));
        Team open = team(false);
        denied(() -> desk.teams().change(open.id(), null, TeamChange.members(List.of(eve.id()))));
    }

    @Test
    void nobodyMakesATokenOfAnAgentWhoSeesMore() {
        Role issuer = Role.of("issuer");
        system.roles().create(NewRole.of(issuer, "Issuer", Permission.TOKEN_ADMIN, Permission.TICKET_READ));
        Agent member = agent(Role.AGENT);
        Agent eve = agent(issuer);
        Role reader = Role.of("reader");
        system.roles().create(NewRole.of(reader, "Reader", Permission.TICKET_READ));
        Desk desk = as(eve);

        denied(() -> desk.apiTokens().create(NewApiToken.of("spy", member.id(), reader)));
        assertThat(desk.apiTokens().create(NewApiToken.of("own", eve.id(), reader)))
                .isNotNull();
    }

    /** Every way to a ticket and what hangs on it, and whether it led there. */
    private static Map<String, Boolean> ways(Desk desk, Known known) {
        Map<String, Boolean> ways = new LinkedHashMap<>();
        ways.put("get", leads(() -> desk.tickets().get(known.id())));
        ways.put("findByNumber", desk.tickets().findByNumber(known.number()).isPresent());
        for (TicketQuery.Sort sort : TicketQuery.Sort.values()) {
            ways.put(
                    "list " + sort,
                    desk
                            .tickets()
                            .list(TicketQuery.builder().sort(sort).limit(100).build())
                            .items()
                            .stream()
                            .anyMatch(ticket -> ticket.id().equals(known.id())));
        }
        ways.put("activity", leads(() -> desk.tickets().activity(known.id(), ActivityQuery.all())));
        ways.put("messages", leads(() -> desk.conversations().list(known.id(), null, 100)));
        ways.put("message", leads(() -> desk.conversations().get(known.message().id())));
        ways.put("note", leads(() -> desk.conversations().get(known.note().id())));
        ways.put(
                "attachment",
                leads(() -> desk.attachments().get(known.attachment().id())));
        ways.put(
                "content",
                leads(() -> desk.attachments().open(known.attachment().id()).close()));
        ways.put(
                "change",
                leads(() -> desk.tickets()
                        .change(
                                known.id(),
                                null,
                                TicketChange.builder()
                                        .priority(TicketPriority.HIGH)
                                        .build())));
        ways.put(
                "addCustomerMessage",
                leads(() -> desk.conversations().addCustomerMessage(known.id(), NewMessage.text("x"))));
        ways.put("reply", leads(() -> desk.conversations().reply(known.id(), NewMessage.text("x"))));
        ways.put("addNote", leads(() -> desk.conversations().note(known.id(), NewMessage.text("x"))));
        return ways;
    }

    private static boolean leads(ThrowingCallable way) {
        try {
            way.call();
            return true;
        } catch (NotFoundException e) {
            return false;
        } catch (Throwable e) {
            throw new AssertionError("neither there nor not found", e);
        }
    }

    private void role(TicketScope tickets) {
        system.roles()
                .create(new NewRole(
                        FIRST_LINE, "First line", system.roles().get(Role.AGENT).permissions(), tickets));
    }

    private Agent agent(Role role) {
        agents++;
        return system.agents().create(NewAgent.of("Agent " + agents, "agent" + agents + "@desk.example", role));
    }

    private Desk as(Agent agent) {
        return insightDesk.tenant(tenant).as(agent.actor());
    }

    private Desk token(AgentId agent, Role role) {
        String secret = system.apiTokens()
                .create(NewApiToken.of("t", agent, role))
                .secret()
                .reveal();
        return insightDesk.desk(insightDesk.authenticate(secret).orElseThrow());
    }

    private Team team(boolean membersOnly, AgentId... members) {
        return system.teams().create(new NewTeam("Team " + UUID.randomUUID(), List.of(members), membersOnly));
    }

    private Organization organization(String name, String domain) {
        return system.organizations().create(NewOrganization.of(name, domain));
    }

    private static NewTicket ticket(String email, @Nullable TeamId team, @Nullable AgentId assignee) {
        return NewTicket.builder("Printer")
                .requester(email, null)
                .team(team)
                .assignee(assignee)
                .build();
    }

    private Known known(@Nullable TeamId team, @Nullable AgentId assignee) {
        return known("joe@home.example", team, assignee);
    }

    private Known known(String email, @Nullable TeamId team, @Nullable AgentId assignee) {
        OpenedTicket opened = system.conversations().open(ticket(email, team, assignee), NewMessage.text("It burns."));
        Attachment file = system.attachments().upload("a.txt", "text/plain", new ByteArrayInputStream(new byte[] {1}));
        Message note = system.conversations()
                .note(
                        opened.ticket().id(),
                        NewMessage.builder().text("n").attachment(file.id()).build());
        return new Known(opened.ticket().id(), opened.ticket().number(), opened.message(), note, file);
    }

    private static void denied(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class);
    }

    private static void notFound(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NotFoundException.class);
    }
}
