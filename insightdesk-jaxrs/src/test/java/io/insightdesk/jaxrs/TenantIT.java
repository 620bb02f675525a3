package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.SecurityKeyId;
import io.insightdesk.login.SecurityKeys;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.testing.SoftwareKey;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.OperationId;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.SecurityContext;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tenants over HTTP: their own, how a request names one, and the threat that one reads or changes another's data. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantIT {
    private static final JobKind<String> KIND = new JobKind<>("victim.job", String.class);

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private DataSource database;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        database = dataSource;
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void theTenantIsReadAndChangedByItsAdministrators() {
        Tenant tenant = api.insightDesk.tenants().create(NewTenant.of("changed", "Before"));
        String admin = "Bearer " + token(tenant, Role.ADMIN);
        String viewer = "Bearer " + token(tenant, Role.VIEWER);
        api.insightDesk.tenants().limit(tenant.id(), PlanLimits.NONE.withAgents(7));

        Reply read = api.get("/tenant", "Authorization", viewer);
        assertThat(read.status()).as(read.text()).isEqualTo(200);
        assertThat(read.json().at("/limits/agents").asInt()).isEqualTo(7);
        assertThat(read.json().at("/limits/mailsPerDay").isNull()).isTrue();
        assertThat(read.json().at("/usage/agents").asInt()).isZero();
        assertThat(api.patch("/tenant", "{\"name\":\"Mine\"}", "Authorization", viewer)
                        .status())
                .isEqualTo(403);

        Reply changed = api.patch(
                "/tenant",
                "{\"name\":\"After\",\"timeZone\":\"Europe/Lisbon\",\"closeResolvedAfterMinutes\":90,"
                        + "\"hostSettings\":{\"theme\":{\"a\":1,\"b\":2}}}",
                "Authorization",
                admin,
                "If-Match",
                read.header("ETag"));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().at("/timeZone").asText()).isEqualTo("Europe/Lisbon");
        Reply merged = api.patch(
                "/tenant",
                "{\"hostSettings\":{\"theme\":{\"a\":null,\"c\":3}},\"closeResolvedAfterMinutes\":null}",
                "Authorization",
                admin);
        assertThat(merged.json().at("/hostSettings").toString()).isEqualTo("{\"theme\":{\"b\":2,\"c\":3}}");
        assertThat(api.patch("/tenant", "{\"hostSettings\":{\"far\":-1.5e204}}", "Authorization", admin)
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/tenant?fields=hostSettings", "Authorization", admin)
                        .json()
                        .at("/hostSettings/far")
                        .decimalValue())
                .as("a number that the database writes out")
                .isEqualByComparingTo("-1.5e204");
        assertThat(merged.json().at("/closeResolvedAfterMinutes").isNull()).isTrue();
        assertThat(merged.json().at("/customerLogin").asBoolean()).isTrue();
        assertThat(api.patch("/tenant", "{\"customerLogin\":false}", "Authorization", admin)
                        .json()
                        .at("/customerLogin")
                        .asText())
                .isEqualTo("false");
        assertThat(api.patch("/tenant", "{\"customerLogin\":null}", "Authorization", admin)
                        .status())
                .isEqualTo(400);
        Reply minute = api.patch("/tenant", "{\"closeResolvedAfterMinutes\":1}", "Authorization", admin);
        assertThat(minute.json().at("/customerLogin").asText())
                .as("what is not mentioned")
                .isEqualTo("false");
        assertThat(minute.json().at("/hostSettings/theme/b").asInt()).isEqualTo(2);
        Reply far = api.patch("/tenant", "{\"hostSettings\":{\"far\":[1e131000]}}", "Authorization", admin);
        assertThat(far.status()).isEqualTo(400);
        assertThat(far.json().at("/errors/0/pointer").asText()).isEqualTo("/hostSettings/far/0");
        assertThat(far.json().at("/errors/0/code").asText()).isEqualTo("out_of_range");
        assertThat(merged.json().at("/name").asText()).isEqualTo("After");
        assertThat(api.patch("/tenant", "{\"name\":\"Lost\"}", "Authorization", admin, "If-Match", read.header("ETag"))
                        .status())
                .isEqualTo(412);
        assertThat(api.patch("/tenant", "{\"timeZone\":\"Mars/Olympus\"}", "Authorization", admin)
                        .status())
                .isEqualTo(400);
        assertThat(api.patch("/tenant", "{\"limits\":{\"agents\":1000}}", "Authorization", admin)
                        .status())
                .as("the plan is not the tenant's to change")
                .isEqualTo(400);
    }

    @Test
    void aSuspendedTenantIsRefusedWithItsReason() {
        Tenant tenant = api.insightDesk.tenants().create(NewTenant.of("suspended", "Suspended"));
        String bearer = "Bearer " + token(tenant, Role.ADMIN);
        api.insightDesk.tenants().suspend(tenant.id());
        for (String path : List.of("/tickets", "/me", "/tenant")) {
            Reply refused = api.get(path, "Authorization", bearer);
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.json().at("/code").asText()).isEqualTo("tenant_suspended");
        }
        api.insightDesk.tenants().resume(tenant.id());
        assertThat(api.get("/tickets", "Authorization", bearer).status()).isEqualTo(200);
    }

    @Test
    void aPlansLimitIsAProblemWithItsNumbers() {
        Tenant tenant = api.insightDesk.tenants().create(NewTenant.of("small", "Small"));
        String bearer = "Bearer " + token(tenant, Role.ADMIN);
        api.insightDesk.tenants().limit(tenant.id(), PlanLimits.NONE.withAgents(0));
        Reply refused = api.post(
                "/agents",
                "{\"name\":\"Ann\",\"email\":\"ann@small.example\",\"role\":\"agent\"}",
                "Authorization",
                bearer);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().at("/code").asText()).isEqualTo("agent_limit_reached");
        assertThat(refused.json().at("/detail").asText()).contains("allows 0 active agents, and 0 are in use");
    }

    @Test
    void aRequestNamesItsTenantByHeaderHostNameOrPathAndIsLetInWhereTheUserBelongs() throws Exception {
        Tenant one = api.insightDesk.tenants().create(NewTenant.of("one", "One"));
        Tenant two = api.insightDesk.tenants().create(NewTenant.of("two", "Two"));
        String token = token(two, Role.ADMIN);

        try (RestServer server = new RestServer()
                .mount("/header", host(TenantResolver.header("X-Tenant"), one))
                .mount("/path", host(TenantResolver.pathPrefix("t"), one))
                .start()) {
            String at = server.address();
            assertThat(tenantOf(send(at + "/header/me", "X-User", "grace", "X-Tenant", "ONE")))
                    .isEqualTo(one.id().toString());
            assertThat(send(at + "/header/me", "X-User", "grace", "X-Tenant", "two")
                            .statusCode())
                    .as("a forged header of somebody who does not belong there")
                    .isEqualTo(401);
            assertThat(send(at + "/header/me", "X-User", "grace").statusCode()).isEqualTo(401);
            assertThat(send(at + "/header/me", "X-User", "grace", "X-Tenant", "nobody")
                            .statusCode())
                    .isEqualTo(401);

            HttpResponse<String> byPath = send(at + "/path/t/one/me", "X-User", "grace");
            assertThat(tenantOf(byPath)).isEqualTo(one.id().toString());
            assertThat(send(at + "/path/t/two/me", "X-User", "grace").statusCode())
                    .isEqualTo(401);
            assertThat(send(at + "/path/me", "X-User", "grace").statusCode()).isEqualTo(401);

            // A token's tenant is its own, whatever else the request says.
            HttpResponse<String> own = send(at + "/header/me", "Authorization", "Bearer " + token);
            assertThat(tenantOf(own)).isEqualTo(two.id().toString());
            for (String forged : List.of("one", "nobody", "acme")) {
                HttpResponse<String> refused =
                        send(at + "/header/me", "Authorization", "Bearer " + token, "X-Tenant", forged);
                assertThat(refused.statusCode()).as(forged).isEqualTo(403);
                assertThat(refused.body())
                        .contains("wrong_tenant")
                        .doesNotContain(one.id().toString());
            }
            assertThat(send(at + "/path/t/one/me", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(tenantOf(send(at + "/path/t/two/me", "Authorization", "Bearer " + token)))
                    .isEqualTo(two.id().toString());
        }
    }

    @Test
    void whichTenantARequestNamesIsNotAskedOfTheDatabaseEachTime() throws Exception {
        Tenant often = api.insightDesk.tenants().create(NewTenant.of("often", "Often"));
        AtomicInteger asked = new AtomicInteger();
        try (InsightDesk node = InsightDesk.builder()
                        .dataSource(noticing("tenant_id_by_slug", asked, database))
                        .migrate(MigrationMode.NONE)
                        .build();
                RestServer server = new RestServer()
                        .mount("/header", host(node, TenantResolver.header("X-Tenant"), often))
                        .start()) {
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> me = send(
                        server.address() + "/header/me", "X-User", "grace", "X-Tenant", i % 2 == 0 ? "often" : "OFTEN");
                assertThat(tenantOf(me)).isEqualTo(often.id().toString());
            }
        }
        // Once, or some times more where the machine takes many seconds for twenty requests.
        assertThat(asked).hasValueBetween(1, 10);
    }

    /** Counts the statements that have a word in them. */
    private static DataSource noticing(String word, AtomicInteger count, Object real) {
        return noticing(DataSource.class, word, count, real);
    }

    private static <T> T noticing(Class<T> type, String word, AtomicInteger count, Object real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && ((String) arguments[0]).contains(word)) {
                        count.incrementAndGet();
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    return result instanceof Connection && !method.getName().equals("unwrap")
                            ? noticing(Connection.class, word, count, result)
                            : result;
                }));
    }

    private Application host(TenantResolver resolver, Tenant member) {
        return host(api.insightDesk, resolver, member);
    }

    private static Application host(InsightDesk insightDesk, TenantResolver resolver, Tenant member) {
        InsightDeskApplication application = new InsightDeskApplication(
                insightDesk,
                ApiOptions.builder()
                        .hostIdentity(
                                principal -> Optional.of(new HostUser(
                                        principal.getName(),
                                        "Grace",
                                        principal.getName() + "@host.example",
                                        Role.AGENT)),
                                resolver,
                                (principal, tenant) -> tenant.equals(member.id()))
                        .build());
        return new Application() {
            @Override
            public Set<Class<?>> getClasses() {
                return application.getClasses();
            }

            @Override
            @SuppressWarnings("deprecation") // The only portable way to register instances.
            public Set<Object> getSingletons() {
                Set<Object> all = new LinkedHashSet<>(application.getSingletons());
                all.add(new Login());
                return all;
            }

            @Override
            public Map<String, Object> getProperties() {
                return application.getProperties();
            }
        };
    }

    private static HttpResponse<String> send(String address, String... headers) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address)).headers(headers).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String tenantOf(HttpResponse<String> me) throws Exception {
        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        return ApiFixture.JSON.readTree(me.body()).at("/tenantId").asText();
    }

    /** What of the victim's a path or a body of the attacker's may name. */
    private record Victim(Map<String, String> ids, List<String> cursors, Set<String> secrets) {}

    @Test
    void noOperationReachesAnotherTenant() throws Exception {
        Tenant theirs = api.insightDesk.tenants().create(NewTenant.of("victim", "Victim"));
        Victim victim = victim(theirs);
        Map<String, String> before = rows(theirs);
        assertThat(before).containsKeys("ticket", "message", "attachment", "agent", "api_token", "job", "job_schedule");
        JsonNode document = api.get("/openapi.json", "Authorization", "").json();
        List<String> wrong = new ArrayList<>();
        int named = 0;
        int sent = 0;
        for (Map.Entry<String, JsonNode> path : document.at("/paths").properties()) {
            for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
                String method = verb.getKey().toUpperCase(Locale.ROOT);
                // A rule is one of a few words, and names nothing of anybody's.
                String known = path.getKey().replace("{rule}", "attachments");
                String address = known.replace(
                        "{target}/{id}", "customer/" + victim.ids().get("customer"));
                for (Map.Entry<String, String> id : victim.ids().entrySet()) {
                    address = address.replace("{" + id.getKey() + "}", id.getValue());
                }
                if (address.contains("{") && !address.contains("{queue}") && !address.contains("{kind}")) {
                    wrong.add(address + " names something that the victim has not got here");
                    continue;
                }
                boolean names = !address.equals(known);
                for (String query : queries(verb.getValue(), victim)) {
                    for (String body : bodies(document, verb.getValue(), victim)) {
                        Reply reply = api.send(
                                method, address.replaceAll("\\{\\w+}", "x") + query, body.isEmpty() ? null : body);
                        sent++;
                        named += names ? 1 : 0;
                        String what = method + " " + address + query + " " + body + " -> " + reply.status();
                        if (names
                                ? reply.status() != 404 && reply.status() != 400 && reply.status() != 403
                                : reply.status() >= 500) {
                            wrong.add(what + " " + reply.text());
                        }
                        if (reply.status() < 300) {
                            victim.secrets().stream()
                                    .filter(reply.text()::contains)
                                    .forEach(secret -> wrong.add(what + " shows " + secret));
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(named).as("requests that named what is the victim's").isGreaterThan(30);
        assertThat(sent).isGreaterThan(60);
        assertThat(rows(theirs)).isEqualTo(before);
    }

    private static List<String> queries(JsonNode operation, Victim victim) {
        List<String> queries = new ArrayList<>(List.of(""));
        for (JsonNode parameter : operation.at("/parameters")) {
            String name = parameter.at("/name").asText();
            if (!parameter.at("/in").asText().equals("query")) {
                continue;
            }
            String encoded = name.replace("[", "%5B").replace("]", "%5D");
            if (name.equals("cursor")) {
                victim.cursors().forEach(cursor -> queries.add("?cursor=" + cursor));
            } else if (parameter.at("/required").asBoolean()) {
                queries.replaceAll(query -> query.isEmpty() ? "?" + encoded + "=x" : query);
            } else {
                for (String of : List.of("requester", "assignee", "team", "organization")) {
                    if (name.equals("filter[" + of + "]")) {
                        queries.add("?" + encoded + "=" + victim.ids().get(of));
                    }
                }
            }
        }
        return queries;
    }

    /** The example, and the example with everything in it that can name something named by the victim's. */
    private static List<String> bodies(JsonNode document, JsonNode operation, Victim victim) {
        JsonNode content = operation.at("/requestBody/content/application~1json");
        if (content.isMissingNode()) {
            return List.of("");
        }
        JsonNode example = content.at("/example");
        List<String> bodies = new ArrayList<>(List.of(example.toString()));
        JsonNode schema = content.at("/schema");
        JsonNode properties = schema.has("$ref")
                ? document.at(schema.at("/$ref").asText().substring(1)).at("/properties")
                : schema.at("/properties");
        Map<String, String> references = new LinkedHashMap<>();
        victim.ids().forEach(references::put);
        // The name of a role is free in each tenant: whoever makes one of that name has one of their own.
        references.remove("role");
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String id = references.get(property.getKey());
            ObjectNode changed = example.deepCopy();
            if (property.getKey().equals("members")) {
                changed.set(
                        "members",
                        ApiFixture.JSON.createArrayNode().add(victim.ids().get("agent")));
            } else if (property.getKey().equals("attachmentIds")) {
                ArrayNode files =
                        ApiFixture.JSON.createArrayNode().add(victim.ids().get("attachment"));
                changed.set("attachmentIds", files);
            } else if (property.getKey().equals("requester")) {
                changed.putObject("requester").put("id", victim.ids().get("requester"));
            } else if (id != null) {
                changed.put(property.getKey(), id);
            } else {
                continue;
            }
            bodies.add(changed.toString());
        }
        return bodies;
    }

    private Victim victim(Tenant tenant) {
        Desk desk = api.insightDesk.tenant(tenant.id()).as(Actor.system());
        Agent agent = desk.agents().create(NewAgent.of("Vera Victim", "vera@victim.example", Role.ADMIN));
        Team team = desk.teams().create(new NewTeam("Victims", List.of(agent.id())));
        Organization organization = desk.organizations().create(NewOrganization.of("Victims Ltd", "victim.example"));
        Customer customer = desk.customers().create(NewCustomer.of("Carl Victim", "carl@victim.example"));
        Mailbox mailbox = desk.mailboxes().create(NewMailbox.of("help@victim.example", "Victims"));
        IssuedToken token = desk.apiTokens().create(NewApiToken.of("victim's", Role.ADMIN));
        Ticket ticket = desk.tickets()
                .create(NewTicket.builder("Secret subject")
                        .requester(customer.id())
                        .build());
        desk.tickets()
                .create(NewTicket.builder("Another")
                        .requester(customer.id())
                        .tag("secret-tag")
                        .build());
        Attachment attachment =
                desk.attachments().upload("secret.txt", "text/plain", new ByteArrayInputStream(new byte[] {1}));
        Message message = api.insightDesk
                .tenant(tenant.id())
                .as(agent.actor())
                .conversations()
                .note(ticket.id(), NewMessage.text("Secret note"));
        NewJob later =
                NewJob.builder(KIND, "secret").delay(Duration.ofDays(300)).build();
        JobId job = desk.jobs().enqueue(later);
        desk.jobSchedules()
                .put(NewJobSchedule.builder("victims-schedule", JobTrigger.every(Duration.ofDays(9)), later)
                        .build());
        desk.roles().create(NewRole.of(Role.of("victims_role"), "Secret role", Permission.TICKET_READ));
        OperationId export = desk.persons().export(customer.id()).id();
        desk.legalHolds().place(HoldTarget.of(customer.id()), "Secret reason");
        desk.agentLogins().setPassword(agent.id(), AuthNode.PASSWORD);
        LoggedIn in = (LoggedIn) api.insightDesk
                .logins()
                .orElseThrow()
                .login("victim", agent.email(), AuthNode.PASSWORD, Client.UNKNOWN);
        SecurityKeys keys = api.insightDesk
                .desk(api.insightDesk.authenticate(in.accessToken().reveal()).orElseThrow())
                .account()
                .securityKeys();
        String options = keys.begin(AuthNode.PASSWORD, null).json();
        SecurityKeyId key = keys.finish(
                        "Secret key", SoftwareKey.at(ApiFixture.PAGE).make(options))
                .key()
                .id();
        String cursor =
                desk.tickets().list(TicketQuery.builder().limit(1).build()).nextCursor();
        Map<String, String> ids = new LinkedHashMap<>();
        ids.put("ticket", ticket.id().toString());
        ids.put("message", message.id().toString());
        ids.put("attachment", attachment.id().toString());
        ids.put("customer", customer.id().toString());
        ids.put("requester", customer.id().toString());
        ids.put("organization", organization.id().toString());
        ids.put("agent", agent.id().toString());
        ids.put("assignee", agent.id().toString());
        ids.put("team", team.id().toString());
        ids.put("apiToken", token.token().id().toString());
        ids.put("mailbox", mailbox.id().toString());
        ids.put("mail", mailbox.id().toString());
        ids.put("job", job.toString());
        ids.put("schedule", "victims-schedule");
        ids.put("name", "victims-schedule");
        ids.put("role", "victims_role");
        ids.put("operation", export.toString());
        ids.put("session", in.session().toString());
        ids.put("securityKey", key.toString());
        ids.put("tag", "secret-tag");
        Set<String> secrets = new LinkedHashSet<>(ids.values());
        secrets.removeAll(List.of("victims-schedule", "secret-tag", "victims_role"));
        secrets.addAll(List.of(
                "Secret subject",
                "Secret note",
                "Secret reason",
                "Secret key",
                "Secret role",
                "Vera Victim",
                tenant.id().toString()));
        return new Victim(ids, cursor == null ? List.of() : List.of(cursor), secrets);
    }

    private String token(Tenant tenant, Role role) {
        return api.insightDesk
                .tenant(tenant.id())
                .as(Actor.system())
                .apiTokens()
                .create(NewApiToken.of(role.wireName(), role))
                .secret()
                .reveal();
    }

    /** A hash of all rows of a tenant in every table, by table. */
    private Map<String, String> rows(Tenant tenant) throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement tables = connection.prepareStatement(
                        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
                                + "and a.attname = 'tenant_id' and not a.attisdropped "
                                + "where c.relnamespace = 'insightdesk'::regnamespace and c.relkind = 'r'");
                ResultSet table = tables.executeQuery()) {
            while (table.next()) {
                try (PreparedStatement rows = connection.prepareStatement(
                        "select md5(string_agg(t::text, ' ' order by t::text)) from insightdesk." + table.getString(1)
                                + " t where tenant_id::text = ?")) {
                    rows.setString(1, tenant.id().toString());
                    try (ResultSet row = rows.executeQuery()) {
                        row.next();
                        String hash = row.getString(1);
                        if (hash != null) {
                            found.put(table.getString(1), hash);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** The host's own authentication. */
    @PreMatching
    private static final class Login implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            String user = request.getHeaderString("X-User");
            if (user == null) {
                return;
            }
            request.setSecurityContext(new SecurityContext() {
                @Override
                public Principal getUserPrincipal() {
                    return () -> user;
                }

                @Override
                public boolean isUserInRole(String role) {
                    return false;
                }

                @Override
                public boolean isSecure() {
                    return false;
                }

                @Override
                public @Nullable String getAuthenticationScheme() {
                    return "X-User";
                }
            });
        }
    }
}
