package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.NewFile;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.customer.OrganizationQuery;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TeamQuery;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobScheduleQuery;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SessionId;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.mail.MailboxQuery;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.RetentionKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Threat: an agent does more than the role allows. Each role calls each operation of each service of a desk; the manual's table says
 * whether it may, the table below what the operation needs. Both are complete, or a test fails.
 */
class RoleMatrixIT {

    private static final Path PAGE = Path.of("..", "site", "identity", "roles.md");
    private static final UUID UNKNOWN = UUID.fromString("0190d7a2-5e3f-7c1a-9b7d-000000000000");
    private static final JobKind<String> KIND = new JobKind<>("matrix.kind", String.class);
    private static final NewJob JOB = NewJob.builder(KIND, "x").build();
    private static final NewMessage MESSAGE = NewMessage.text("x");
    private static final TicketId TICKET = new TicketId(UNKNOWN);

    private static final String SESSION = "a session";

    private static final String OPERATIONS_SEEN_WITH =
            "person:export or person:erase or ticket:update or ticket:assign or ticket:close";

    /** What is called; everything it may throw but "denied" comes after the permission. */
    @FunctionalInterface
    private interface Call {
        void on(Desk desk) throws IOException;
    }

    /**
     * An operation.
     *
     * @param permission what it needs, one of several with {@code or} between them
     */
    private record Operation(String permission, Call call) {

        boolean allowedBy(Set<String> permissions) {
            return Arrays.stream(permission.split(" or ", -1)).anyMatch(permissions::contains);
        }
    }

    private static final Map<String, Operation> OPERATIONS = new TreeMap<>();

    private static void operation(String name, String permission, Call call) {
        OPERATIONS.put(name, new Operation(permission, call));
    }

    static {
        tickets();
        people();
        identity();
        mail();
        jobs();
        audit();
        persons();
        tenant();
        logins();
    }

    private static void tenant() {
        operation("OwnTenant.get()", "agent:read", desk -> desk.ownTenant().get());
        operation("OwnTenant.usage()", "agent:read", desk -> desk.ownTenant().usage());
        operation(
                "OwnTenant.change(Long, TenantChange)",
                "tenant:admin",
                desk -> desk.ownTenant()
                        .change(null, TenantChange.builder().locale("en").build()));
    }

    private static void logins() {
        AgentId agent = new AgentId(UNKNOWN);
        operation(
                "AgentLogins.invite(AgentId)",
                "agent:admin",
                desk -> desk.agentLogins().invite(agent));
        operation(
                "AgentLogins.setPassword(AgentId, String)",
                "agent:admin",
                desk -> desk.agentLogins().setPassword(agent, "x"));
        operation(
                "AgentLogins.sessions(AgentId)",
                "agent:admin",
                desk -> desk.agentLogins().sessions(agent));
        operation(
                "AgentLogins.endSessions(AgentId)",
                "agent:admin",
                desk -> desk.agentLogins().endSessions(agent));
        operation(
                "AgentLogins.removeAuthenticator(AgentId)",
                "agent:admin",
                desk -> desk.agentLogins().removeAuthenticator(agent));
        // Whatever the role: only somebody who came by a session of the library's own login.
        operation("Account.currentSession()", SESSION, desk -> desk.account().currentSession());
        operation("Account.sessions()", SESSION, desk -> desk.account().sessions());
        operation(
                "Account.endSession(SessionId)", SESSION, desk -> desk.account().endSession(new SessionId(UNKNOWN)));
        operation("Account.endAllSessions()", SESSION, desk -> desk.account().endAllSessions());
        operation(
                "Account.changePassword(String, String)",
                SESSION,
                desk -> desk.account().changePassword("x", "y"));
        operation("Account.verifyEmail()", SESSION, desk -> desk.account().verifyEmail());
        operation("Account.secondFactor()", SESSION, desk -> desk.account().secondFactor());
        operation("Account.securityKeys()", SESSION, desk -> desk.account().securityKeys());
    }

    private static void tickets() {
        operation(
                "Tickets.create(NewTicket)",
                "ticket:create",
                desk -> desk.tickets()
                        .create(NewTicket.builder("x")
                                .requester(new CustomerId(UNKNOWN))
                                .build()));
        operation("Tickets.get(TicketId)", "ticket:read", desk -> desk.tickets().get(TICKET));
        operation(
                "Tickets.findByNumber(long)",
                "ticket:read",
                desk -> desk.tickets().findByNumber(4711));
        operation(
                "Tickets.list(TicketQuery)",
                "ticket:read",
                desk -> desk.tickets().list(TicketQuery.builder().build()));
        operation(
                "Tickets.change(TicketId, Long, TicketChange)",
                "ticket:update",
                desk -> desk.tickets()
                        .change(
                                TICKET,
                                null,
                                TicketChange.builder().subject("x").build()));
        TicketChange change = TicketChange.builder().subject("x").build();
        operation(
                "Tickets.changeAll(List, TicketChange)",
                "ticket:update",
                desk -> desk.tickets().changeAll(List.of(TicketVersion.any(TICKET)), change));
        operation(
                "BulkChanges.change(List, TicketChange)",
                "ticket:update",
                desk -> desk.bulkChanges().change(List.of(TicketVersion.any(TICKET)), change));
        operation(
                "BulkChanges.change(TicketQuery, TicketChange)",
                "ticket:update",
                desk -> desk.bulkChanges()
                        .change(TicketQuery.builder().tag("nobody-has-it").build(), change));
        operation(
                "Tickets.assign(TicketId, AgentId)",
                "ticket:assign",
                desk -> desk.tickets().assign(TICKET, null));
        operation(
                "Tickets.resolve(TicketId)",
                "ticket:close",
                desk -> desk.tickets().resolve(TICKET));
        operation(
                "Tickets.close(TicketId)",
                "ticket:close",
                desk -> desk.tickets().close(TICKET));
        operation(
                "Tickets.reopen(TicketId)",
                "ticket:update",
                desk -> desk.tickets().reopen(TICKET));
        operation(
                "LiveEvents.read(LiveEventQuery)",
                "activity:read",
                desk -> desk.liveEvents().read(LiveEventQuery.all()));
        operation(
                "LiveEvents.open(LiveEventQuery)",
                "activity:read",
                desk -> desk.liveEvents().open(LiveEventQuery.all()).close());
        operation(
                "Tickets.activity(TicketId, ActivityQuery)",
                "activity:read",
                desk -> desk.tickets().activity(TICKET, ActivityQuery.all()));
        operation(
                "Tickets.tags(String, int)", "tag:read", desk -> desk.tickets().tags(null, 10));
        operation(
                "Conversations.open(NewTicket, NewMessage)",
                "ticket:create",
                desk -> desk.conversations()
                        .open(
                                NewTicket.builder("x")
                                        .requester(new CustomerId(UNKNOWN))
                                        .build(),
                                MESSAGE));
        operation(
                "Conversations.reply(TicketId, NewMessage)",
                "message:write",
                desk -> desk.conversations().reply(TICKET, MESSAGE));
        operation(
                "Conversations.addCustomerMessage(TicketId, NewMessage)",
                "message:write",
                desk -> desk.conversations().addCustomerMessage(TICKET, MESSAGE));
        operation(
                "Conversations.note(TicketId, NewMessage)",
                "note:write",
                desk -> desk.conversations().note(TICKET, MESSAGE));
        operation(
                "Conversations.get(MessageId)",
                "ticket:read",
                desk -> desk.conversations().get(new MessageId(UNKNOWN)));
        operation(
                "Conversations.list(TicketId, String, int)",
                "ticket:read",
                desk -> desk.conversations().list(TICKET, null, 10));
        operation(
                "Attachments.upload(String, String, InputStream)",
                "attachment:write",
                desk -> desk.attachments().upload("a.txt", "text/plain", bytes("x")));
        operation(
                "Attachments.uploadAll(Iterator)",
                "attachment:write",
                desk -> desk.attachments().uploadAll(List.<NewFile>of().iterator()));
        operation(
                "Attachments.link(AttachmentId, Duration)",
                "ticket:read",
                desk -> desk.attachments().link(new AttachmentId(UNKNOWN), Duration.ofMinutes(1)));
        operation(
                "Attachments.get(AttachmentId)",
                "ticket:read",
                desk -> desk.attachments().get(new AttachmentId(UNKNOWN)));
        operation(
                "Attachments.open(AttachmentId)",
                "ticket:read",
                desk -> desk.attachments().open(new AttachmentId(UNKNOWN)).close());
    }

    private static void people() {
        CustomerId customer = new CustomerId(UNKNOWN);
        OrganizationId organization = new OrganizationId(UNKNOWN);
        operation(
                "Customers.create(NewCustomer)",
                "customer:write",
                desk -> desk.customers().create(NewCustomer.of("x", "x@x.example")));
        operation(
                "Customers.get(CustomerId)",
                "customer:read",
                desk -> desk.customers().get(customer));
        operation(
                "Customers.getAll(Collection)",
                "customer:read",
                desk -> desk.customers().getAll(List.of(customer)));
        operation(
                "Customers.findByEmail(EmailAddress)",
                "customer:read",
                desk -> desk.customers().findByEmail(EmailAddress.of("x@x.example")));
        operation(
                "Customers.findOrCreate(EmailAddress, String)",
                "customer:write",
                desk -> desk.customers().findOrCreate(EmailAddress.of("y@x.example"), null));
        operation(
                "Customers.list(CustomerQuery)",
                "customer:read",
                desk -> desk.customers().list(CustomerQuery.all()));
        operation(
                "Customers.change(CustomerId, Long, CustomerChange)",
                "customer:write",
                desk -> desk.customers()
                        .change(
                                customer,
                                null,
                                CustomerChange.builder().name("x").build()));
        operation(
                "Organizations.create(NewOrganization)",
                "customer:write",
                desk -> desk.organizations().create(NewOrganization.of("x")));
        operation(
                "Organizations.getAll(Collection)",
                "customer:read",
                desk -> desk.organizations().getAll(List.of(new OrganizationId(UNKNOWN))));
        operation(
                "Organizations.get(OrganizationId)",
                "customer:read",
                desk -> desk.organizations().get(organization));
        operation(
                "Organizations.list(OrganizationQuery)",
                "customer:read",
                desk -> desk.organizations().list(OrganizationQuery.all()));
        operation(
                "Organizations.change(OrganizationId, Long, OrganizationChange)",
                "customer:write",
                desk -> desk.organizations().change(organization, null, OrganizationChange.name("x")));
    }

    private static void directory() {
        AgentId agent = new AgentId(UNKNOWN);
        TeamId team = new TeamId(UNKNOWN);
        operation(
                "Directory.createUser(UserAttributes)",
                "agent:provision",
                desk -> desk.directory()
                        .createUser(new UserAttributes(
                                "p@desk.example", null, "x", null, null, "p@desk.example", Role.VIEWER, true)));
        operation(
                "Directory.getUser(AgentId)",
                "agent:provision",
                desk -> desk.directory().getUser(agent));
        operation(
                "Directory.listUsers(DirectoryQuery)",
                "agent:provision",
                desk -> desk.directory().listUsers(DirectoryQuery.all()));
        operation(
                "Directory.changeUser(AgentId, Long, UnaryOperator)",
                "agent:provision",
                desk -> desk.directory().changeUser(agent, null, user -> user));
        operation(
                "Directory.removeUser(AgentId, Long)",
                "agent:provision",
                desk -> desk.directory().removeUser(agent, null));
        operation(
                "Directory.createGroup(GroupAttributes)",
                "agent:provision",
                desk -> desk.directory().createGroup(new GroupAttributes("p", null, Set.of())));
        operation(
                "Directory.getGroup(TeamId, boolean)",
                "agent:provision",
                desk -> desk.directory().getGroup(team, true));
        operation(
                "Directory.listGroups(DirectoryQuery, boolean)",
                "agent:provision",
                desk -> desk.directory().listGroups(DirectoryQuery.all(), true));
        operation(
                "Directory.changeGroup(TeamId, Long, UnaryOperator)",
                "agent:provision",
                desk -> desk.directory().changeGroup(team, null, group -> group));
        operation(
                "Directory.removeGroup(TeamId, Long)",
                "agent:provision",
                desk -> desk.directory().removeGroup(team, null));
    }

    private static void identity() {
        AgentId agent = new AgentId(UNKNOWN);
        TeamId team = new TeamId(UNKNOWN);
        Role role = Role.of("unknown");
        operation(
                "Agents.create(NewAgent)",
                "agent:admin",
                desk -> desk.agents().create(NewAgent.of("x", "x@desk.example", Role.VIEWER)));
        operation(
                "Agents.getAll(Collection)", "agent:read", desk -> desk.agents().getAll(List.of(new AgentId(UNKNOWN))));
        operation("Agents.get(AgentId)", "agent:read", desk -> desk.agents().get(agent));
        operation(
                "Agents.findByEmail(String)",
                "agent:read",
                desk -> desk.agents().findByEmail("x@desk.example"));
        operation("Agents.list(AgentQuery)", "agent:read", desk -> desk.agents().list(AgentQuery.all()));
        operation(
                "Agents.change(AgentId, Long, AgentChange)",
                "agent:admin",
                desk -> desk.agents()
                        .change(agent, null, AgentChange.builder().name("x").build()));
        operation("Teams.create(NewTeam)", "agent:admin", desk -> desk.teams().create(NewTeam.of("x")));
        operation("Teams.getAll(Collection)", "agent:read", desk -> desk.teams().getAll(List.of(new TeamId(UNKNOWN))));
        operation("Teams.get(TeamId)", "agent:read", desk -> desk.teams().get(team));
        operation("Teams.list(TeamQuery)", "agent:read", desk -> desk.teams().list(TeamQuery.all()));
        operation(
                "Teams.change(TeamId, Long, TeamChange)",
                "agent:admin",
                desk -> desk.teams().change(team, null, TeamChange.name("x")));
        directory();
        operation("Roles.create(NewRole)", "role:admin", desk -> desk.roles().create(NewRole.of(Role.of("x1"), "x")));
        operation("Roles.get(Role)", "agent:read", desk -> desk.roles().get(role));
        operation("Roles.list()", "agent:read", desk -> desk.roles().list());
        operation(
                "Roles.change(Role, Long, RoleChange)",
                "role:admin",
                desk -> desk.roles().change(role, null, RoleChange.allowing()));
        operation("Roles.remove(Role)", "role:admin", desk -> desk.roles().remove(role));
        operation(
                "ApiTokens.create(NewApiToken)",
                "token:admin",
                desk -> desk.apiTokens().create(NewApiToken.of("x", Role.VIEWER)));
        operation(
                "ApiTokens.list(ApiTokenQuery)",
                "token:admin",
                desk -> desk.apiTokens().list(ApiTokenQuery.all()));
        operation(
                "ApiTokens.revoke(ApiTokenId)",
                "token:admin",
                desk -> desk.apiTokens().revoke(new ApiTokenId(UNKNOWN)));
    }

    private static void mail() {
        InboundMailId mail = new InboundMailId(UNKNOWN);
        MailboxId mailbox = new MailboxId(UNKNOWN);
        String raw = "From: x@x.example\r\nSubject: x\r\n\r\nx";
        operation(
                "Mail.receive(InputStream, Envelope)",
                "mail:receive",
                desk -> desk.mail().receive(bytes(raw), Envelope.UNKNOWN));
        operation(
                "Mail.receive(InputStream, String)",
                "mail:receive",
                desk -> desk.mail().receive(bytes(raw), "x@desk.example"));
        operation("Mail.get(InboundMailId)", "mail:read", desk -> desk.mail().get(mail));
        operation(
                "Mail.quarantined(String, int)",
                "mail:read",
                desk -> desk.mail().quarantined(null, 10));
        operation(
                "Mail.open(InboundMailId)",
                "mail:read",
                desk -> desk.mail().open(mail).close());
        operation("Mail.retry(InboundMailId)", "mail:admin", desk -> desk.mail().retry(mail));
        operation(
                "Mailboxes.create(NewMailbox)",
                "mail:admin",
                desk -> desk.mailboxes().create(NewMailbox.of("x@desk.example", "x")));
        operation(
                "Mailboxes.get(MailboxId)",
                "mail:read",
                desk -> desk.mailboxes().get(mailbox));
        operation(
                "Mailboxes.list(MailboxQuery)",
                "mail:read",
                desk -> desk.mailboxes().list(MailboxQuery.all()));
        operation(
                "Mailboxes.change(MailboxId, Long, MailboxChange)",
                "mail:admin",
                desk -> desk.mailboxes().change(mailbox, null, MailboxChange.name("x")));
    }

    private static void jobs() {
        JobId job = new JobId(UNKNOWN);
        operation("Jobs.enqueue(NewJob)", "job:admin", desk -> desk.jobs().enqueue(JOB));
        operation("Jobs.enqueueAll(List)", "job:admin", desk -> desk.jobs().enqueueAll(List.of(JOB)));
        operation(
                "Jobs.enqueueBatch(List, Function)",
                "job:admin",
                desk -> desk.jobs().enqueueBatch(List.of(JOB), id -> JOB));
        operation("Jobs.findBatch(JobBatchId)", "job:read", desk -> desk.jobs().findBatch(new JobBatchId(UNKNOWN)));
        operation("Jobs.cancel(JobId)", "job:admin", desk -> desk.jobs().cancel(job));
        operation("Jobs.find(JobId)", "job:read", desk -> desk.jobs().find(job));
        operation("Jobs.list(JobQuery)", "job:read", desk -> desk.jobs().list(JobQuery.dead()));
        operation("Jobs.retry(JobId)", "job:admin", desk -> desk.jobs().retry(job));
        operation("Jobs.retryAll(String)", "job:admin", desk -> desk.jobs().retryAll("x"));
        operation("Jobs.discardAll(String)", "job:admin", desk -> desk.jobs().discardAll("x"));
        operation("Jobs.discard(JobId)", "job:admin", desk -> desk.jobs().discard(job));
        operation(
                "JobOperations.queues()",
                "job:admin",
                desk -> desk.jobOperations().queues());
        operation(
                "JobOperations.configureQueue(String, int, Integer)",
                "job:admin",
                desk -> desk.jobOperations().configureQueue("x", 1, null));
        operation(
                "JobOperations.pauseQueue(String)",
                "job:admin",
                desk -> desk.jobOperations().pauseQueue("x"));
        operation(
                "JobOperations.resumeQueue(String)",
                "job:admin",
                desk -> desk.jobOperations().resumeQueue("x"));
        operation(
                "JobOperations.pausedKinds()",
                "job:admin",
                desk -> desk.jobOperations().pausedKinds());
        operation(
                "JobOperations.pauseKind(String)",
                "job:admin",
                desk -> desk.jobOperations().pauseKind("x"));
        operation(
                "JobOperations.resumeKind(String)",
                "job:admin",
                desk -> desk.jobOperations().resumeKind("x"));
        operation(
                "JobOperations.workers()",
                "job:admin",
                desk -> desk.jobOperations().workers());
        operation(
                "JobSchedules.put(NewJobSchedule)",
                "job:admin",
                desk -> desk.jobSchedules()
                        .put(NewJobSchedule.builder("x", JobTrigger.every(Duration.ofDays(1)), JOB)
                                .build()));
        operation(
                "JobSchedules.find(String)",
                "job:read",
                desk -> desk.jobSchedules().find("y"));
        operation(
                "JobSchedules.list(JobScheduleQuery)",
                "job:read",
                desk -> desk.jobSchedules().list(JobScheduleQuery.all()));
        operation(
                "JobSchedules.pause(String)",
                "job:admin",
                desk -> desk.jobSchedules().pause("y"));
        operation(
                "JobSchedules.resume(String)",
                "job:admin",
                desk -> desk.jobSchedules().resume("y"));
        operation(
                "JobSchedules.remove(String)",
                "job:admin",
                desk -> desk.jobSchedules().remove("y"));
        operation(
                "JobSchedules.runNow(String)",
                "job:admin",
                desk -> desk.jobSchedules().runNow("y"));
    }

    private static void audit() {
        operation("Audit.list(AuditQuery)", "audit:read", desk -> desk.audit().list(AuditQuery.all()));
        operation(
                "Audit.export(AuditQuery, OutputStream)",
                "audit:read",
                desk -> desk.audit().export(AuditQuery.all(), OutputStream.nullOutputStream()));
        operation(
                "Audit.verify(Instant, Instant)",
                "audit:read",
                desk -> desk.audit().verify(null, null));
        operation("Audit.verify(String)", "audit:read", desk -> desk.audit().verify("x"));
    }

    private static void persons() {
        CustomerId customer = new CustomerId(UNKNOWN);
        OperationId operation = new OperationId(UNKNOWN);
        HoldTarget target = HoldTarget.of(TICKET);
        Duration month = Duration.ofDays(30);
        operation(
                "Persons.export(CustomerId)",
                "person:export",
                desk -> desk.persons().export(customer));
        operation(
                "Persons.erase(CustomerId)",
                "person:erase",
                desk -> desk.persons().erase(customer));
        operation(
                "LongOperations.cancel(OperationId)",
                OPERATIONS_SEEN_WITH,
                desk -> desk.operations().cancel(new OperationId(UNKNOWN)));
        operation(
                "LongOperations.get(OperationId)",
                OPERATIONS_SEEN_WITH,
                desk -> desk.operations().get(operation));
        operation(
                "LongOperations.open(OperationId)",
                "person:export",
                desk -> desk.operations().open(operation).close());
        operation(
                "LegalHolds.place(HoldTarget, String)",
                "retention:admin",
                desk -> desk.legalHolds().place(target, "x"));
        operation(
                "LegalHolds.release(HoldTarget)",
                "retention:admin",
                desk -> desk.legalHolds().release(target));
        operation(
                "LegalHolds.find(HoldTarget)",
                "retention:admin",
                desk -> desk.legalHolds().find(target));
        operation(
                "LegalHolds.list(String, int)",
                "retention:admin",
                desk -> desk.legalHolds().list(null, 10));
        operation(
                "Retention.rules()", "retention:admin", desk -> desk.retention().rules());
        operation(
                "Retention.set(RetentionKind, Duration)",
                "retention:admin",
                desk -> desk.retention().set(RetentionKind.RAW_MAILS, month));
        operation(
                "Retention.remove(RetentionKind)",
                "retention:admin",
                desk -> desk.retention().remove(RetentionKind.RAW_MAILS));
        operation(
                "Retention.preview(RetentionKind, Duration)",
                "retention:admin",
                desk -> desk.retention().preview(RetentionKind.RAW_MAILS, month));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final TestDatabase database = TestDatabase.fresh();
    private static final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .migrate(MigrationMode.VALIDATE)
            .operatorTenant("operator")
            .login(LoginOptions.withSecret(Secret.of("0123456789abcdef0123456789abcdef"))
                    .build())
            .build();
    private static final TenantId tenant =
            insightDesk.tenants().create(NewTenant.of("operator", "Operator")).id();
    private static final Desk system = insightDesk.tenant(tenant).as(Actor.system());

    @AfterAll
    static void end() {
        insightDesk.close();
        database.close();
    }

    @Test
    void everyOperationOfEveryServiceIsInTheTable() {
        Set<String> found = new TreeSet<>();
        Set<Class<?>> services = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        for (Method method : Desk.class.getMethods()) {
            if (method.getParameterCount() == 0
                    && method.getReturnType().isInterface()
                    && method.getReturnType().getPackageName().startsWith("io.insightdesk.")) {
                services.add(method.getReturnType());
            }
        }
        for (Class<?> service : services) {
            for (Method method : service.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers())) {
                    found.add(service.getSimpleName() + "." + method.getName() + "("
                            + Arrays.stream(method.getParameterTypes())
                                    .map(Class::getSimpleName)
                                    .collect(Collectors.joining(", "))
                            + ")");
                }
            }
        }
        assertThat(services).hasSizeGreaterThanOrEqualTo(14);
        assertThat(OPERATIONS.keySet()).containsExactlyInAnyOrderElementsOf(found);
    }

    @Test
    void theManualsTableIsWhatTheRolesAllow() throws IOException {
        Map<String, Set<String>> page = page();
        assertThat(page.keySet())
                .containsExactlyInAnyOrderElementsOf(system.roles().list().stream()
                        .filter(RoleDefinition::builtIn)
                        .map(role -> role.role().wireName())
                        .toList());
        page.forEach((role, permissions) -> assertThat(
                        system.roles().get(Role.of(role)).permissions())
                .as(role)
                .extracting(Permission::wireName)
                .containsExactlyInAnyOrderElementsOf(permissions));
        assertThat(page.get("owner")).hasSize(Permission.values().length);
    }

    @Test
    void eachRoleMayExactlyWhatTheManualSays() throws IOException {
        List<String> wrong = new ArrayList<>();
        int allowed = 0;
        int denied = 0;
        for (Map.Entry<String, Set<String>> role : page().entrySet()) {
            Desk desk = desk(Role.of(role.getKey()));
            for (Map.Entry<String, Operation> operation : OPERATIONS.entrySet()) {
                boolean may = operation.getValue().allowedBy(role.getValue());
                boolean did = did(desk, operation.getValue().call());
                if (did) {
                    allowed++;
                } else {
                    denied++;
                }
                if (may != did) {
                    wrong.add(role.getKey() + " " + operation.getKey() + ": may " + may + ", did " + did);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(allowed).isGreaterThan(100);
        assertThat(denied).isGreaterThan(100);
    }

    @Test
    void whoHasOnePermissionMayWhatAsksForItAndNothingElse() {
        List<String> wrong = new ArrayList<>();
        for (Permission permission : Permission.values()) {
            Role role = Role.of("only_" + permission.wireName().replace(':', '_'));
            system.roles().create(NewRole.of(role, "Only", permission));
            Desk desk = desk(role);
            OPERATIONS.forEach((name, operation) -> {
                boolean may = operation.allowedBy(Set.of(permission.wireName()));
                // Who makes agents or tokens gives them the role viewer here, which is more than this role has.
                boolean gives = name.equals("Agents.create(NewAgent)")
                        || name.equals("Directory.createUser(UserAttributes)")
                        || name.equals("ApiTokens.create(NewApiToken)");
                if (did(desk, operation.call()) != (may && !gives)) {
                    wrong.add(permission.wireName() + " " + name);
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean did(Desk desk, Call call) {
        try {
            call.on(desk);
            return true;
        } catch (AccessDeniedException e) {
            return false;
        } catch (InsightDeskException e) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Desk desk(Role role) {
        if (role.equals(Role.CUSTOMER)) {
            return insightDesk
                    .tenant(tenant)
                    .as(system.customers()
                            .create(NewCustomer.of("Ada", "ada" + UUID.randomUUID() + "@home.example"))
                            .actor());
        }
        Agent agent = system.agents().create(NewAgent.of("Agent", UUID.randomUUID() + "@desk.example", role));
        return insightDesk.tenant(tenant).as(agent.actor());
    }

    /** The manual's table: what each role allows. */
    private static Map<String, Set<String>> page() throws IOException {
        List<String[]> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| permission") || line.matches("\\| `[a-z]+:[a-z_]+` \\|.*"))
                .map(line -> line.split("\\|", -1))
                .toList();
        Map<String, Set<String>> roles = new TreeMap<>();
        String[] names = rows.get(0);
        for (int column = 2; column < names.length - 2; column++) {
            Set<String> permissions = new TreeSet<>();
            for (String[] row : rows.subList(1, rows.size())) {
                if (row[column].strip().equals("✓")) {
                    permissions.add(row[1].strip().replace("`", ""));
                }
            }
            roles.put(names[column].strip(), permissions);
        }
        return roles;
    }
}
