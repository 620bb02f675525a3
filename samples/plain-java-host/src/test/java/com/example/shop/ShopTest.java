package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.Event;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

// Empty, because the shop's own start migrates it.
@DevEnvironmentTest(migrated = false)
class ShopTest {
    private static final ShopUser GRACE = new ShopUser("grace", "Grace Clerk", "grace@shop.example", false);

    private static DataSource dataSource;
    private static InsightDesk insightDesk;
    private static Tenant tenant;
    private static Shop shop;

    @BeforeAll
    static void start(PostgresEndpoint database) throws SQLException {
        dataSource = asTheShop(database).dataSource();
        Shop.createTables(dataSource);
        insightDesk = InsightDesk.builder().dataSource(dataSource).build();
        tenant = insightDesk.tenants().create(NewTenant.of("shop", "The Shop"));
        shop = new Shop(dataSource, insightDesk, tenant.id());
    }

    /**
     * As in production: the shop's user owns the database and is no superuser. It may make roles, so that the library can make
     * the one it works as; where it may not, an administrator makes it once.
     */
    private static PostgresEndpoint asTheShop(PostgresEndpoint database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create role shop login createrole password 'shop'");
            statement.execute("alter database " + database.database() + " owner to shop");
        }
        return new PostgresEndpoint(database.host(), database.port(), database.database(), "shop", "shop");
    }

    @AfterAll
    static void stop() {
        if (insightDesk != null) {
            insightDesk.close();
        }
    }

    @Test
    void aRefundCommitsTheOrderAndTheTicketTogether() throws SQLException {
        shop.order("1001", "ada@example.com");
        int before = tickets();

        Ticket ticket = shop.refund("1001", GRACE);

        assertEquals("refunded", stateOf("1001"));
        assertEquals(before + 1, tickets());
        assertEquals("Refund of order 1001", desk().tickets().get(ticket.id()).subject());
    }

    @Test
    void aRefundThatFailsLateLeavesNeither() throws SQLException {
        shop.order("1002", "ada@example.com");
        shop.order("refund-of-1002", "somebody who is in the way");
        int before = tickets();

        assertThrows(SQLException.class, () -> shop.refund("1002", GRACE));

        assertEquals("paid", stateOf("1002"));
        assertEquals(before, tickets());
    }

    @Test
    void theShopsUserIsTheActorOfTheEvents() throws SQLException {
        shop.order("1003", "ada@example.com");

        Ticket ticket = shop.refund("1003", GRACE);

        List<Event> activity = desk().tickets().activity(ticket.id(), ActivityQuery.all());
        assertEquals(2, activity.size(), "the ticket and its first message");
        for (Event event : activity) {
            assertEquals(ActorType.AGENT, event.actor().type());
            assertEquals("Grace Clerk", event.actor().name());
        }
    }

    @Test
    void aStrangerOpensNothing() throws SQLException {
        shop.order("1004", "ada@example.com");

        assertThrows(IllegalArgumentException.class, () -> shop.refund("1004", () -> "mallory"));

        assertEquals("paid", stateOf("1004"));
    }

    /** The API takes whom the shop's login knows, and makes the agent when the user first comes. */
    @Test
    void theShopsLoginIsTheHelpDesksToo() throws Exception {
        ShopUser edsger = new ShopUser("edsger", "Edsger Clerk", "edsger@shop.example", false);
        Map<String, ShopUser> sessions = Map.of("session-of-edsger", edsger);
        URI anyPort = URI.create("http://localhost:0/");
        try (ShopServer server = new ShopServer(
                anyPort, insightDesk, tenant.id(), session -> Optional.ofNullable(sessions.get(session)))) {
            HttpResponse<String> me = get(server, "/me", "session-of-edsger");
            assertEquals(200, me.statusCode(), me.body());
            assertTrue(me.body().contains("\"name\":\"Edsger Clerk\""), me.body());
            assertTrue(me.body().contains("\"type\":\"agent\""), me.body());
            assertEquals(200, get(server, "/tickets", "session-of-edsger").statusCode());
            assertEquals(403, get(server, "/audit", "session-of-edsger").statusCode(), "not with this role");
            assertEquals(401, get(server, "/tickets", "session-of-nobody").statusCode());
            assertEquals("edsger's orders", get(server, "/orders", "session-of-edsger").body());
        }
    }

    private static HttpResponse<String> get(ShopServer server, String path, String session) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.address().resolve(path))
                                .header("X-Shop-Session", session)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static Desk desk() {
        return insightDesk.tenant(tenant.id()).as(Actor.system());
    }

    private static int tickets() {
        return desk().tickets().list(TicketQuery.builder().limit(100).build()).items().size();
    }

    private static String stateOf(String order) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select state from orders where id = '" + order + "'")) {
            row.next();
            return row.getString(1);
        }
    }
}
