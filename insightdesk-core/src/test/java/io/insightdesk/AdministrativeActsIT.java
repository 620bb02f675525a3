package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.event.Origin;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Directory;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.IssuedToken;
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
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Threat: somebody changes who may do what, or how the help desk works, and nobody can say who it was. */
class AdministrativeActsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Origin OFFICE = new Origin("192.0.2.7", "browser/1");
    private static final String PASSWORD = "vier lila Wale im Regen";
    private static final JobKind<String> KIND = new JobKind<>("acts.kind", String.class);
    private static final NewJob JOB =
            NewJob.builder(KIND, "x").delay(Duration.ofDays(1)).build();

    private final List<String> expected = new ArrayList<>();

    @Test
    void eachIsInTheTrailWithWhoDidItFromWhereAndWhatItWasBefore() throws IOException {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = node(database)) {
            TenantId tenant =
                    insightDesk.tenants().create(NewTenant.of("acts", "Acts")).id();
            expect("tenant_created", tenant);
            Agent admin = insightDesk
                    .tenant(tenant)
                    .as(Actor.system())
                    .agents()
                    .create(NewAgent.of("Ann Admin", "ann@acts.example", Role.ADMIN));
            expect("agent_created", admin.id());
            Desk desk = insightDesk
                    .tenant(tenant)
                    .as(admin.actor())
                    .withRequestId("request-1")
                    .withOrigin(OFFICE);
            Agent bob = people(desk);
            mail(desk);
            jobs(desk);
            operations(desk);
            logins(insightDesk, desk, bob);
            desk.ownTenant()
                    .change(null, TenantChange.builder().name("Acts Ltd").build());
            expect("tenant_changed", tenant);
            desk.audit().export(AuditQuery.all(), OutputStream.nullOutputStream());
            expect("audit_exported", null);
            int byHost = expected.size();
            insightDesk.tenants().limit(tenant, PlanLimits.NONE.withAgents(50));
            expect("tenant_changed", tenant);
            insightDesk.tenants().suspend(tenant);
            expect("tenant_suspended", tenant);
            insightDesk.tenantExports().write(tenant, OutputStream.nullOutputStream());
            expect("tenant_exported", tenant);
            insightDesk.tenants().resume(tenant);
            expect("tenant_resumed", tenant);

            List<AuditEntry> trail = new ArrayList<>(
                    desk.audit().list(AuditQuery.all().limit(100)).items());
            Collections.reverse(trail);

            assertThat(trail)
                    .extracting(entry -> entry.type() + " " + entry.subject())
                    .containsExactlyElementsOf(expected);
            for (AuditEntry entry : trail.subList(2, byHost)) {
                assertThat(entry.origin()).as(entry.type()).isEqualTo(OFFICE);
                assertThat(entry.requestId()).as(entry.type()).isEqualTo("request-1");
                if (!entry.type().startsWith("login_") && !entry.type().equals("session_ended")) {
                    assertThat(entry.actor()).as(entry.type()).isEqualTo(admin.actor());
                }
            }
            for (AuditEntry entry : trail) {
                if (entry.type().endsWith("_changed") && !entry.type().equals("password_changed")) {
                    beforeAndAfter(entry);
                }
            }
            assertThat(insightDesk.audit(tenant).verify(null, null).intact()).isTrue();
        }
    }

    private static InsightDesk node(TestDatabase database) {
        return InsightDesk.builder()
                .dataSource(database.dataSource())
                .migrate(MigrationMode.VALIDATE)
                .operatorTenant("acts")
                .encryptionKeys(EncryptionKeys.of(EncryptionKey.of(new byte[32])))
                .login(LoginOptions.withSecret(Secret.of("0123456789abcdef0123456789abcdef"))
                        .build())
                .build();
    }

    private void expect(String type, @Nullable Object subject) {
        expected.add(type + " " + subject);
    }

    /** For each field that changed, its value before and after; of a person's, in the part that can be erased. */
    private static void beforeAndAfter(AuditEntry entry) throws IOException {
        JsonNode payload = JSON.readTree(entry.payload());
        String text = entry.personal();
        JsonNode personal = text == null ? JSON.createObjectNode() : JSON.readTree(text);
        assertThat(payload.at("/fields")).as(entry.type()).isNotEmpty();
        for (JsonNode field : payload.at("/fields")) {
            JsonNode change = payload.has(field.asText()) ? payload.get(field.asText()) : personal.get(field.asText());
            assertThat(change).as(entry.type() + " " + field).isNotNull();
            assertThat(change.has("from") && change.has("to"))
                    .as(entry.type() + " " + field)
                    .isTrue();
            assertThat(change.get("from")).as(entry.type() + " " + field).isNotEqualTo(change.get("to"));
        }
    }

    private void directory(Desk desk) {
        Directory directory = desk.directory();
        UserAttributes dora =
                new UserAttributes("dora", "d-1", "Dora", null, null, "dora@acts.example", Role.VIEWER, true);
        AgentId id = directory.createUser(dora).id();
        expect("agent_created", id);
        directory.changeUser(id, null, user -> user.withRole(Role.AGENT));
        expect("agent_changed", id);
        IssuedToken token = desk.apiTokens().create(NewApiToken.of("dora's", id, Role.VIEWER));
        expect("api_token_created", token.token().id());
        TeamId team = directory
                .createGroup(new GroupAttributes("Provided", "g-1", Set.of()))
                .id();
        expect("team_created", team);
        directory.changeGroup(team, null, group -> new GroupAttributes("Renamed", null, Set.of(id)));
        expect("team_changed", team);
        directory.removeUser(id, null);
        expect("agent_changed", id);
        expect("api_token_revoked", token.token().id());
        expect("agent_removed", id);
        directory.removeGroup(team, null);
        expect("team_removed", team);
        directory.createUser(dora);
        expect("agent_restored", id);
        expect("agent_changed", id);
        directory.createGroup(new GroupAttributes("Renamed", null, Set.of()));
        expect("team_restored", team);
    }

    private Agent people(Desk desk) {
        Agent bob = desk.agents().create(NewAgent.of("Bob", "bob@acts.example", Role.AGENT));
        expect("agent_created", bob.id());
        desk.agents()
                .change(
                        bob.id(),
                        null,
                        AgentChange.builder()
                                .name("Robert")
                                .email("robert@acts.example")
                                .role(Role.VIEWER)
                                .externalId("b-1")
                                .build());
        expect("agent_changed", bob.id());
        Team team = desk.teams().create(NewTeam.of("First"));
        expect("team_created", team.id());
        desk.teams().change(team.id(), null, TeamChange.members(List.of(bob.id())));
        expect("team_changed", team.id());
        desk.teams().change(team.id(), null, TeamChange.membersOnly(true));
        expect("team_changed", team.id());
        directory(desk);
        Role role = Role.of("first_line");
        desk.roles().create(NewRole.of(role, "First line", Permission.TICKET_READ));
        expect("role_created", role);
        desk.roles().change(role, null, RoleChange.allowing(Permission.TICKET_READ, Permission.NOTE_READ));
        expect("role_changed", role);
        desk.roles().remove(role);
        expect("role_removed", role);
        IssuedToken token = desk.apiTokens().create(NewApiToken.of("robot", Role.VIEWER));
        expect("api_token_created", token.token().id());
        desk.apiTokens().revoke(token.token().id());
        expect("api_token_revoked", token.token().id());
        Organization organization = desk.organizations().create(NewOrganization.of("Home"));
        expect("organization_created", organization.id());
        desk.organizations().change(organization.id(), null, OrganizationChange.sharedTickets(true));
        expect("organization_changed", organization.id());
        Customer customer = desk.customers().create(NewCustomer.of("Carl", "carl@home.example"));
        expect("customer_created", customer.id());
        desk.customers()
                .change(
                        customer.id(),
                        null,
                        CustomerChange.builder()
                                .name("Karl")
                                .organization(organization.id())
                                .build());
        expect("customer_changed", customer.id());
        return bob;
    }

    private void mail(Desk desk) {
        Mailbox mailbox = desk.mailboxes().create(NewMailbox.of("help@acts.example", "Help"));
        expect("mailbox_created", mailbox.id());
        desk.mailboxes().change(mailbox.id(), null, MailboxChange.name("Help us"));
        expect("mailbox_changed", mailbox.id());
    }

    private void jobs(Desk desk) {
        desk.jobSchedules()
                .put(NewJobSchedule.builder("nightly", JobTrigger.every(Duration.ofDays(1)), JOB)
                        .build());
        expect("job_schedule_created", "nightly");
        desk.jobSchedules()
                .put(NewJobSchedule.builder("nightly", JobTrigger.every(Duration.ofDays(2)), JOB)
                        .build());
        expect("job_schedule_changed", "nightly");
        desk.jobSchedules().pause("nightly");
        expect("job_schedule_paused", "nightly");
        desk.jobSchedules().resume("nightly");
        expect("job_schedule_resumed", "nightly");
        JobId fired = desk.jobSchedules().runNow("nightly");
        expect("job_schedule_fired", "nightly");
        desk.jobSchedules().remove("nightly");
        expect("job_schedule_removed", "nightly");
        desk.jobs().cancel(fired);
        expect("job_cancelled", fired);
    }

    private void operations(Desk desk) {
        desk.jobOperations().configureQueue("default", 2, 3);
        expect("job_queue_configured", "default");
        desk.jobOperations().pauseQueue("default");
        expect("job_queue_paused", "default");
        desk.jobOperations().resumeQueue("default");
        expect("job_queue_resumed", "default");
        desk.jobOperations().pauseKind(KIND.name());
        expect("job_kind_paused", KIND.name());
        desk.jobOperations().resumeKind(KIND.name());
        expect("job_kind_resumed", KIND.name());
    }

    private void logins(InsightDesk insightDesk, Desk desk, Agent agent) {
        Client client = new Client(OFFICE.address(), OFFICE.userAgent(), "request-1");
        desk.agentLogins().setPassword(agent.id(), PASSWORD);
        expect("password_changed", agent.id());
        var logins = insightDesk.logins().orElseThrow();
        var unused = logins.login("acts", "robert@acts.example", PASSWORD, client);
        expect("login_succeeded", agent.id());
        assertThatThrownBy(() -> logins.login("acts", "robert@acts.example", "another password", client))
                .isInstanceOf(NotAuthenticatedException.class);
        expect("login_failed", agent.id());
        desk.agentLogins().endSessions(agent.id());
        expect(
                "session_ended",
                desk.audit()
                        .list(AuditQuery.all().type("session_ended"))
                        .items()
                        .get(0)
                        .subject());
    }
}
