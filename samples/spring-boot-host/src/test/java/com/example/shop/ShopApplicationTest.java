package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentExtension;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext // Spring ends the shop with the class, while its database is still there.
class ShopApplicationTest {
    /** Empty, because the shop's own start migrates it. Spring ends the shop after the extension's own end of the class. */
    @RegisterExtension
    static final DevEnvironmentExtension ENVIRONMENT = DevEnvironmentExtension.builder()
            .migrated(false)
            .allowOpenConnections(true)
            .build();

    private static final HostUser GRACE = new HostUser("grace", "Grace Clerk", "grace@shop.example", Role.ADMIN);

    @Autowired
    RefundService refunds;

    @Autowired
    InsightDesk insightDesk;

    @Autowired
    Tenant tenant;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    BlockingQueue<String> paidBack;

    @Value("${local.server.port}")
    int port;

    /** As in production: the shop's user owns the database, may make roles and is no superuser. */
    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        PostgresEndpoint database = ENVIRONMENT.postgres();
        JdbcTemplate administrator = new JdbcTemplate(ENVIRONMENT.dataSource());
        administrator.execute("create role shop login createrole password 'shop'");
        administrator.execute("alter database " + database.database() + " owner to shop");
        properties.add("spring.datasource.url", database::jdbcUrl);
        properties.add("spring.datasource.username", () -> "shop");
        properties.add("spring.datasource.password", () -> "shop");
    }

    @Test
    void theHostsTablesAndHistoryAreTheHostsAlone() {
        List<String> expected = new ArrayList<>(List.of(System.getProperty("host.history").split(",")));
        String history = expected.get(0);
        expected.add("orders");

        assertThat(jdbc.queryForList(
                        "select table_name from information_schema.tables where table_schema = 'public'", String.class))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(jdbc.queryForObject("select count(*) from public." + history, Integer.class))
                .isEqualTo(1);
        assertThat(jdbc.queryForList(
                        "select table_name from information_schema.tables where table_schema = 'insightdesk'",
                        String.class))
                .contains("schema_history", "ticket")
                .doesNotContain("orders");
        assertThat(jdbc.queryForObject("select buyer from orders where id = '1000'", String.class))
                .isEqualTo("ada@example.com");
    }

    @Test
    void aTransactionCommitsTheOrderAndTheTicketAndTheJobStartsAtOnce() throws InterruptedException {
        order("1001");

        Ticket ticket = refunds.refund("1001", GRACE, true);

        assertThat(stateOf("1001")).isEqualTo("refunded");
        assertThat(desk().tickets().get(ticket.id()).subject()).isEqualTo("Refund of order 1001");
        assertThat(paidBack.poll(30, TimeUnit.SECONDS)).isEqualTo("1001");
    }

    @Test
    void aTransactionThatIsRolledBackLeavesNothing() {
        order("1002");
        long before = tickets();

        assertThatThrownBy(() -> refunds.refund("1002", GRACE, false)).hasMessageContaining("not allowed");

        assertThat(stateOf("1002")).isEqualTo("paid");
        assertThat(tickets()).isEqualTo(before);
        assertThat(paidBack).doesNotContain("1002");
        assertThat(jdbc.queryForList(
                        "select payload::text from insightdesk.job where kind = 'shop.pay-back'", String.class))
                .noneMatch(payload -> payload.contains("1002"));
    }

    @Test
    void whomSpringSecurityLoggedInIsAnAgentFromTheFirstRequestOn() throws Exception {
        HttpResponse<String> me = get("/helpdesk/me", "barbara");
        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        assertThat(me.body()).contains("\"type\":\"agent\"", "\"name\":\"Barbara Clerk\"");
        assertThat(get("/helpdesk/tickets", "barbara").statusCode()).isEqualTo(200);

        HttpResponse<String> audit = get("/helpdesk/audit", "barbara");
        assertThat(audit.statusCode()).as("the role of a clerk decides").isEqualTo(403);
        assertThat(audit.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(get("/helpdesk/tickets", "walter").statusCode())
                .as("a user of the shop who is no agent")
                .isEqualTo(401);
        assertThat(get("/helpdesk/tickets", null).statusCode()).isEqualTo(401);
        assertThat(desk().agents().list(AgentQuery.all()).items())
                .extracting(Agent::name)
                .contains("Barbara Clerk")
                .doesNotContain("Walter Gardener");
    }

    @Test
    void actuatorKnowsTheHelpDesk() throws Exception {
        HttpResponse<String> health = get("/actuator/health", null);
        assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
        assertThat(health.body()).contains("\"helpDesk\":{");
        desk().tickets().create(NewTicket.builder("Counted").requester("ada@example.com", "Ada").build());
        assertThat(get("/actuator/metrics", null).body()).contains("\"insightdesk.tickets.created\"");
    }

    private HttpResponse<String> get(String path, String user) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        if (user != null) {
            String credentials = Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + credentials);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void order(String id) {
        jdbc.update("insert into orders values (?, 'ada@example.com', 'paid')", id);
    }

    private String stateOf(String id) {
        return jdbc.queryForObject("select state from orders where id = ?", String.class, id);
    }

    private Desk desk() {
        return insightDesk.tenant(tenant.id()).as(Actor.system());
    }

    private long tickets() {
        return desk().tickets().list(TicketQuery.builder().limit(100).build()).items().stream()
                .filter(ticket -> ticket.subject().contains("1002"))
                .count();
    }
}
