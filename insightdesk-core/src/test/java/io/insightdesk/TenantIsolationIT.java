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
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TeamQuery;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobScheduleQuery;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SessionId;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.mail.MailboxQuery;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.FullTenant;
import io.insightdesk.testing.TenantRows;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The threat that one tenant reads or changes another's data: every method of every service of a desk is called with the
 * identifiers, names, cursors and files of another tenant. What it needs for that is in one table below; a method with a parameter of
 * a type that is not there fails the test.
 */
class TenantIsolationIT {

    private static final String PASSWORD = "vier lila Wale im Regen";

    /** What keeps tenants apart in this round: each of the two holds alone. */
    enum Locks {
        QUERIES_AND_ROW_SECURITY,
        QUERIES_ALONE
    }

    @ParameterizedTest
    @EnumSource
    void noMethodOfAnyServiceReachesAnotherTenant(Locks locks) throws Exception {
        try (TestDatabase database = TestDatabase.fresh(As.OWNER);
                InsightDesk insightDesk = node(database)) {
            TenantId attackers = database.newTenant();
            String victimsBeginning = present(insightDesk, database.tenant());
            String ownBeginning = present(insightDesk, attackers);
            FullTenant victim = FullTenant.fill(insightDesk, database.tenant(), "victim");
            FullTenant attacker = FullTenant.fill(insightDesk, attackers, "attacker");
            LoggedIn victims = logIn(insightDesk, victim, "of_victim");
            LoggedIn attackersLogin = logIn(insightDesk, attacker, "of_attacker");
            if (locks == Locks.QUERIES_ALONE) {
                disableRowSecurity(database);
            }
            Walk walk = new Walk(insightDesk, victim, attacker, new TenantRows(database.admin()));
            walk.put(SessionId.class, victims.session());
            walk.put(
                    LiveEventQuery.class,
                    LiveEventQuery.all().after(victimsBeginning),
                    LiveEventQuery.all().after(ownBeginning),
                    LiveEventQuery.all()
                            .after(ownBeginning)
                            .ofTicket(victim.ticket().id().value()));

            for (Desk desk : List.of(
                    insightDesk.tenant(attacker.tenant()).as(Actor.system()),
                    insightDesk.tenant(attacker.tenant()).as(attacker.agent().actor()),
                    insightDesk.desk(insightDesk
                            .authenticate(attacker.token().secret().reveal())
                            .orElseThrow()),
                    insightDesk.desk(insightDesk
                            .authenticate(attackersLogin.accessToken().reveal())
                            .orElseThrow()))) {
                walk.through(desk);
            }

            assertThat(walk.findings).isEmpty();
            assertThat(walk.methods).as("methods that were called").isGreaterThan(60);
            assertThat(walk.refused).as("calls that were refused").isGreaterThan(300);
        }
    }

    /** The walk is worth something only if it sees what it looks for: as one of the victim's own people it sees it everywhere. */
    @Test
    void theWalkNoticesWhatItMustNotSee() throws Exception {
        try (TestDatabase database = TestDatabase.fresh(As.OWNER);
                InsightDesk insightDesk = node(database)) {
            String beginning = present(insightDesk, database.tenant());
            FullTenant victim = FullTenant.fill(insightDesk, database.tenant(), "victim");
            LoggedIn victims = logIn(insightDesk, victim, "of_victim");
            Walk walk = new Walk(insightDesk, victim, victim, new TenantRows(database.admin()));
            walk.put(SessionId.class, victims.session());
            walk.put(LiveEventQuery.class, LiveEventQuery.all().after(beginning));

            walk.through(insightDesk.tenant(victim.tenant()).as(Actor.system()));

            assertThat(walk.findings)
                    .anyMatch(line -> line.startsWith("Tickets.get "))
                    .anyMatch(line -> line.startsWith("Tickets.list "))
                    .anyMatch(line -> line.startsWith("Tickets.changeAll "))
                    .anyMatch(line -> line.startsWith("Tickets.activity "))
                    .anyMatch(line -> line.startsWith("LiveEvents.read "))
                    .anyMatch(line -> line.startsWith("Attachments.open "))
                    .anyMatch(line -> line.startsWith("Attachments.link "))
                    .anyMatch(line -> line.startsWith("Mail.open "))
                    .anyMatch(line -> line.startsWith("Jobs.find "))
                    .anyMatch(line -> line.startsWith("JobSchedules.find "))
                    .anyMatch(line -> line.startsWith("LegalHolds.find "))
                    .anyMatch(line -> line.startsWith("LongOperations.get "))
                    .anyMatch(line -> line.startsWith("LongOperations.open "))
                    .anyMatch(line -> line.startsWith("Roles.get "))
                    .anyMatch(line -> line.startsWith("Directory.getUser "))
                    .anyMatch(line -> line.startsWith("Directory.listGroups "))
                    .anyMatch(line -> line.startsWith("rows changed by AgentLogins"))
                    .anyMatch(line -> line.startsWith("rows changed"))
                    .hasSizeGreaterThan(40);
        }
    }

    /** From where on a tenant's events are live ones. */
    private static String present(InsightDesk insightDesk, TenantId tenant) {
        return insightDesk
                .tenant(tenant)
                .as(Actor.system())
                .liveEvents()
                .read(LiveEventQuery.all())
                .position();
    }

    private static InsightDesk node(TestDatabase database) {
        InsightDesk made = InsightDesk.builder()
                .dataSource(database.dataSource())
                .clock(database.clock())
                .mailTransport(mail -> {})
                .encryptionKeys(EncryptionKeys.of(EncryptionKey.of(new byte[32])))
                .login(LoginOptions.withSecret(Secret.of("0123456789abcdef0123456789abcdef"))
                        .mails(URI.create("https://desk.example.com"), "desk@example.com")
                        .build())
                .build();
        FullTenant.prepare(made);
        made.events().subscribe("shop", event -> {});
        return made;
    }

    /** Gives a tenant a role of its own, and its agent a password; logs the agent in. */
    private static LoggedIn logIn(InsightDesk insightDesk, FullTenant tenant, String role) {
        Desk desk = insightDesk.tenant(tenant.tenant()).as(Actor.system());
        desk.roles().create(NewRole.of(Role.of(role), "Role of " + role, Permission.TICKET_READ));
        desk.agentLogins().setPassword(tenant.agent().id(), PASSWORD);
        String slug = insightDesk.tenants().get(tenant.tenant()).slug();
        return (LoggedIn)
                insightDesk.logins().orElseThrow().login(slug, tenant.agent().email(), PASSWORD, Client.UNKNOWN);
    }

    private static void disableRowSecurity(TestDatabase database) {
        database.execute("""
                do $$
                declare
                  one record;
                begin
                  for one in select polrelid::regclass as target from pg_policy loop
                    execute format('alter table %s disable row level security', one.target);
                  end loop;
                end
                $$""");
    }

    /** Calls everything and notes what should not be. */
    private static final class Walk {

        private static final JobKind<String> KIND = new JobKind<>("full.fails", String.class);
        private static final Duration LATER = Duration.ofDays(300);

        private final FullTenant victim;
        private final TenantRows rows;
        private final Map<String, List<@Nullable Object>> arguments = new HashMap<>();
        private final List<String> secrets;
        private final List<String> findings = new ArrayList<>();
        private int methods;
        private int refused;
        private int count;

        Walk(InsightDesk insightDesk, FullTenant victim, FullTenant attacker, TenantRows rows) {
            this.victim = victim;
            this.rows = rows;
            this.secrets = List.of(
                    victim.tenant().toString(),
                    victim.ticket().id().toString(),
                    victim.message().id().toString(),
                    victim.message().ticket().toString(),
                    victim.attachment().id().toString(),
                    victim.looseFile().id().toString(),
                    victim.customer().id().toString(),
                    victim.organization().id().toString(),
                    victim.agent().id().toString(),
                    victim.team().id().toString(),
                    victim.token().token().id().toString(),
                    victim.mailbox().id().toString(),
                    victim.mail().toString(),
                    victim.waitingJob().toString(),
                    victim.deadJob().toString(),
                    victim.export().toString(),
                    "Case of victim",
                    "[tenantId=" + victim.tenant(),
                    "Role of of_victim",
                    "agent=" + victim.agent().id(),
                    "Secret of victim",
                    "Open question of victim");
            fill(insightDesk, attacker);
        }

        private void fill(InsightDesk insightDesk, FullTenant own) {
            FullTenant b = victim;
            Desk victims = insightDesk.tenant(b.tenant()).as(Actor.system());
            String tickets = victims.tickets()
                    .list(TicketQuery.builder().limit(1).build())
                    .nextCursor();
            assertThat(tickets).isNotNull();
            put(
                    TicketId.class,
                    b.ticket().id(),
                    b.message().ticket(),
                    own.ticket().id());
            put(MessageId.class, b.message().id());
            put(AttachmentId.class, b.attachment().id(), b.looseFile().id());
            put(CustomerId.class, b.customer().id(), own.customer().id());
            put(OrganizationId.class, b.organization().id(), own.organization().id());
            put(AgentId.class, b.agent().id(), own.agent().id());
            put(TeamId.class, b.team().id(), own.team().id());
            put(ApiTokenId.class, b.token().token().id());
            put(MailboxId.class, b.mailbox().id(), own.mailbox().id());
            put(InboundMailId.class, b.mail());
            put(JobId.class, b.waitingJob(), b.deadJob());
            put(JobBatchId.class, b.batch());
            put(Long.class, (Object) null);
            put(long.class, b.ticket().number() + 1000, 1L);
            put(int.class, 1, 25);
            put(Integer.class, (Object) null);
            put(String.class, FullTenant.SCHEDULE, "full.fails", "ann@victim.example", "help@victim.example", tickets);
            put(EmailAddress.class, EmailAddress.of("carl@victim.example"));
            put(
                    "java.util.Collection<" + CustomerId.class.getName() + ">",
                    List.of(b.customer().id()));
            put(
                    "java.util.Collection<" + OrganizationId.class.getName() + ">",
                    List.of(b.organization().id()));
            put(
                    "java.util.Collection<" + AgentId.class.getName() + ">",
                    List.of(b.agent().id()));
            put(
                    "java.util.Collection<" + TeamId.class.getName() + ">",
                    List.of(b.team().id()));
            put(
                    "java.util.List<" + TicketVersion.class.getName() + ">",
                    List.of(TicketVersion.any(b.ticket().id())),
                    List.of(TicketVersion.any(own.ticket().id())));
            put(ActivityQuery.class, ActivityQuery.all());
            put(
                    LiveEventQuery.class,
                    LiveEventQuery.all().ofTicket(b.ticket().id().value()),
                    LiveEventQuery.all().after(String.valueOf(tickets)));
            put(
                    TicketQuery.class,
                    TicketQuery.builder().build(),
                    TicketQuery.builder().cursor(tickets).build(),
                    TicketQuery.builder().requester(b.customer().id()).build(),
                    TicketQuery.builder().assignee(b.agent().id()).build(),
                    TicketQuery.builder().team(b.team().id()).build());
            put(
                    CustomerQuery.class,
                    CustomerQuery.all(),
                    new CustomerQuery(b.organization().id(), null, null, null, 25),
                    new CustomerQuery(null, EmailAddress.of("carl@victim.example"), null, null, 25),
                    new CustomerQuery(null, null, "Carl of v", null, 25),
                    new CustomerQuery(null, null, null, tickets, 25));
            put(OrganizationQuery.class, OrganizationQuery.all(), new OrganizationQuery(tickets, 25));
            put(AgentQuery.class, AgentQuery.all(), new AgentQuery(true, tickets, 25));
            put(TeamQuery.class, TeamQuery.all(), new TeamQuery(tickets, 25));
            put(ApiTokenQuery.class, ApiTokenQuery.all(), new ApiTokenQuery(tickets, 25));
            put(MailboxQuery.class, MailboxQuery.all(), new MailboxQuery(tickets, 25));
            put(JobScheduleQuery.class, JobScheduleQuery.all(), new JobScheduleQuery(tickets, 25));
            put(
                    JobQuery.class,
                    JobQuery.dead(),
                    JobQuery.of(JobStatus.SCHEDULED),
                    JobQuery.dead().after(tickets));
            made(
                    NewTicket.class,
                    () -> NewTicket.builder("Mine").requester(b.customer().id()).build());
            made(NewTicket.class, () -> mine(own).assignee(b.agent().id()).build());
            made(NewTicket.class, () -> mine(own).team(b.team().id()).build());
            made(
                    NewTicket.class,
                    () -> mine(own).mailbox(b.mailbox().id().value()).build());
            made(NewMessage.class, () -> NewMessage.text("Mine"));
            made(
                    NewMessage.class,
                    () -> NewMessage.builder()
                            .text("Yours")
                            .attachment(b.looseFile().id())
                            .build());
            made(
                    NewMessage.class,
                    () -> NewMessage.builder()
                            .text("Yours")
                            .attachment(b.attachment().id())
                            .build());
            put(
                    TicketChange.class,
                    TicketChange.builder().subject("Taken").build(),
                    TicketChange.builder().assignee(b.agent().id()).build(),
                    TicketChange.builder().team(b.team().id()).build(),
                    TicketChange.builder().requester(b.customer().id()).build());
            made(
                    NewCustomer.class,
                    () -> NewCustomer.builder("Mine")
                            .organization(b.organization().id())
                            .build());
            put(
                    CustomerChange.class,
                    CustomerChange.builder().name("Taken").build(),
                    CustomerChange.builder().organization(b.organization().id()).build());
            made(NewOrganization.class, () -> NewOrganization.of("Mine " + count++, "o" + count + ".example"));
            put(OrganizationChange.class, OrganizationChange.domains(List.of("victim.example")));
            made(NewAgent.class, () -> NewAgent.of("Mine", "mine" + count++ + "@attacker.example", Role.AGENT));
            put(AgentChange.class, AgentChange.builder().name("Taken").build());
            made(
                    NewTeam.class,
                    () -> new NewTeam("Mine " + count++, List.of(b.agent().id())));
            put(TeamChange.class, TeamChange.members(List.of(b.agent().id())));
            made(NewApiToken.class, () -> NewApiToken.of("Mine", b.agent().id(), Role.ADMIN));
            made(
                    NewMailbox.class,
                    () -> new NewMailbox(
                            "mine" + count++ + "@attacker.example",
                            "Mine",
                            b.team().id()));
            made(NewMailbox.class, () -> NewMailbox.of("help@victim.example", "Mine"));
            put(
                    MailboxChange.class,
                    MailboxChange.name("Taken"),
                    MailboxChange.team(b.team().id()));
            put(Envelope.class, new Envelope("ann@victim.example", List.of("help@victim.example")));
            made(
                    InputStream.class,
                    () -> new ByteArrayInputStream(("From: ann@victim.example\r\nTo: help@victim.example\r\n"
                                    + "Message-ID: <" + count++
                                    + "@attacker.example>\r\nIn-Reply-To: <1@victim.example>\r\n"
                                    + "Subject: Re: It burns\r\n\r\nMine.\r\n")
                            .getBytes(StandardCharsets.US_ASCII)));
            made(NewJob.class, () -> job("one of victim"));
            made("java.util.List<" + NewJob.class.getName() + ">", () -> List.of(job("one of victim")));
            Function<JobBatchId, NewJob> onEnd =
                    id -> NewJob.builder(KIND, "after").build();
            put(
                    Function.class.getName() + "<" + JobBatchId.class.getName() + ", " + NewJob.class.getName() + ">",
                    onEnd);
            made(
                    NewJobSchedule.class,
                    () -> NewJobSchedule.builder(FullTenant.SCHEDULE, JobTrigger.every(Duration.ofDays(3)), job("x"))
                            .build());
            put(Instant.class, (Object) null);
            put(
                    AuditQuery.class,
                    AuditQuery.all().limit(100),
                    // Not by an actor of theirs: an export records whose acts were asked for.
                    AuditQuery.all().about(b.team().id().toString()),
                    AuditQuery.all().after(tickets));
            made(OutputStream.class, OutputStream::nullOutputStream);
            put(OperationId.class, b.export());
            put(
                    HoldTarget.class,
                    HoldTarget.of(b.ticket().id()),
                    HoldTarget.of(b.customer().id()),
                    HoldTarget.of(b.organization().id()));
            put(RetentionKind.class, RetentionKind.RAW_MAILS, RetentionKind.CLOSED_TICKETS);
            directory();
            put(Duration.class, Duration.ofDays(400), Duration.ofMinutes(5));
            made(
                    "java.util.Iterator<" + NewFile.class.getName() + ">",
                    () -> List.of(new NewFile("mine.txt", "text/plain", InputStream.nullInputStream()))
                            .iterator());
            put(Role.class, Role.of("of_victim"), Role.of("of_attacker"));
            made(NewRole.class, () -> NewRole.of(Role.of("mine" + count++), "Mine", Permission.TICKET_READ));
            put(RoleChange.class, RoleChange.allowing(Permission.TICKET_READ, Permission.NOTE_READ));
            put(TenantChange.class, TenantChange.builder().name("Taken").build());
        }

        private void directory() {
            put(boolean.class, true);
            put(
                    DirectoryQuery.class,
                    DirectoryQuery.all(),
                    new DirectoryQuery(
                            new DirectoryFilter.Text(
                                    DirectoryFilter.Attribute.ID,
                                    DirectoryFilter.Comparison.EQUAL,
                                    victim.team().id().toString()),
                            0,
                            10));
            made(UserAttributes.class, () -> user("mine" + count++ + "@attacker.example"));
            made(GroupAttributes.class, () -> new GroupAttributes("Mine " + count++, null, Set.of()));
            made(
                    GroupAttributes.class,
                    () -> new GroupAttributes(
                            "Mine " + count++, null, Set.of(victim.agent().id())));
            UnaryOperator<UserAttributes> renamed = user -> user("taken" + count++ + "@attacker.example");
            put(UnaryOperator.class.getName() + "<" + UserAttributes.class.getName() + ">", renamed);
            UnaryOperator<GroupAttributes> joined = group -> new GroupAttributes(
                    "Taken " + count++, null, Set.of(victim.agent().id()));
            put(UnaryOperator.class.getName() + "<" + GroupAttributes.class.getName() + ">", joined);
        }

        private static UserAttributes user(String name) {
            return new UserAttributes(name, null, "Mine", null, null, name, Role.ADMIN, true);
        }

        private static NewTicket.Builder mine(FullTenant own) {
            return NewTicket.builder("Mine").requester(own.customer().id());
        }

        private static NewJob job(String key) {
            return NewJob.builder(KIND, "mine").delay(LATER).uniqueKey(key).build();
        }

        private void put(Class<?> type, @Nullable Object... values) {
            put(type.getName(), values);
        }

        private void put(String type, @Nullable Object... values) {
            arguments.computeIfAbsent(type, any -> new ArrayList<>()).addAll(Arrays.asList(values));
        }

        /** One that is made anew for each call. */
        private interface Made {
            Object make();
        }

        private void made(Class<?> type, Made maker) {
            put(type, maker);
        }

        private void made(String type, Made maker) {
            put(type, maker);
        }

        void through(Desk desk) throws SQLException {
            Map<String, String> before = rows.of(victim.tenant());
            for (Method accessor : sorted(Desk.class.getMethods())) {
                Class<?> service = accessor.getReturnType();
                if (accessor.getParameterCount() > 0 || !service.isInterface() || !isOurs(service)) {
                    continue;
                }
                Object called;
                try {
                    called = accessor.invoke(desk);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(accessor.getName(), e);
                }
                for (Method method : sorted(service.getMethods())) {
                    if (!Modifier.isStatic(method.getModifiers())) {
                        methods++;
                        each(called, method, service.getSimpleName() + "." + method.getName() + " ");
                    }
                }
                Map<String, String> after = rows.of(victim.tenant());
                if (!after.equals(before)) {
                    findings.add("rows changed by " + service.getSimpleName());
                    before = after;
                }
            }
        }

        private static boolean isOurs(Class<?> service) {
            return service.getPackageName().startsWith("io.insightdesk");
        }

        private static List<Method> sorted(Method... methods) {
            return Arrays.stream(methods)
                    .sorted(Comparator.comparing(Method::toString))
                    .toList();
        }

        private void each(Object service, Method method, String name) {
            List<List<@Nullable Object>> calls = List.of(new ArrayList<@Nullable Object>());
            for (Type type : method.getGenericParameterTypes()) {
                List<@Nullable Object> values = arguments.get(type.getTypeName());
                if (values == null) {
                    findings.add(name + "needs an argument of another tenant's of type " + type.getTypeName());
                    return;
                }
                List<List<@Nullable Object>> more = new ArrayList<>();
                for (List<@Nullable Object> begun : calls) {
                    for (Object value : values) {
                        List<@Nullable Object> longer = new ArrayList<>(begun);
                        longer.add(value);
                        more.add(longer);
                    }
                }
                calls = more;
            }
            for (List<@Nullable Object> given : calls) {
                call(service, method, name, given);
            }
        }

        private void call(Object service, Method method, String name, List<@Nullable Object> given) {
            @Nullable Object[] values = new @Nullable Object[given.size()];
            try {
                for (int i = 0; i < values.length; i++) {
                    values[i] = given.get(i) instanceof Made made ? made.make() : given.get(i);
                }
                look(name, given, method.invoke(service, values));
            } catch (InsightDeskException e) {
                refused++;
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof InsightDeskException) {
                    refused++;
                } else {
                    findings.add(name + given + " failed with " + e.getCause());
                }
            } catch (ReflectiveOperationException | IOException e) {
                throw new IllegalStateException(name, e);
            }
        }

        private void look(String name, List<@Nullable Object> given, @Nullable Object answer) throws IOException {
            if (answer instanceof InputStream content) {
                content.close();
                findings.add(name + given + " opened a file");
                return;
            }
            String seen = text(answer);
            for (String secret : secrets) {
                if (seen.contains(secret)) {
                    findings.add(name + given + " answered " + secret);
                    return;
                }
            }
        }

        private static String text(@Nullable Object answer) {
            return answer instanceof Collection<?> all ? List.copyOf(all).toString() : String.valueOf(answer);
        }
    }

    /** Another tenant's token opens that tenant and no other, whatever is called on it. */
    @Test
    void aTokenOfAnotherTenantIsNobodyHere() {
        try (TestDatabase database = TestDatabase.fresh(As.OWNER);
                InsightDesk insightDesk = node(database)) {
            FullTenant victim = FullTenant.fill(insightDesk, database.tenant(), "victim");
            FullTenant attacker = FullTenant.fill(insightDesk, database.newTenant(), "attacker");
            String secret = attacker.token().secret().reveal();

            assertThat(insightDesk.authenticate(secret).orElseThrow().tenant()).isEqualTo(attacker.tenant());
            // The victim's people are nobody in the attacker's tenant.
            Desk crossed =
                    insightDesk.tenant(attacker.tenant()).as(victim.agent().actor());
            assertThat(crossed.permissions()).isEmpty();
        }
    }
}
