package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@DevEnvironmentTest(migrated = false)
class ShopApplicationTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static PostgresEndpoint database;
    private static DropwizardTestSupport<ShopConfiguration> shop;

    /** As in production: the shop's user owns the database, may make roles and is no superuser. */
    @BeforeAll
    static void start(PostgresEndpoint endpoint) throws Exception {
        database = endpoint;
        execute("create role shop login createrole password 'shop'");
        execute("alter database " + database.database() + " owner to shop");
        execute("create table orders (id text primary key, state text not null)");
        execute("alter table orders owner to shop");
        shop = new DropwizardTestSupport<>(
                ShopApplication.class,
                (String) null,
                ConfigOverride.config("database.driverClass", "org.postgresql.Driver"),
                ConfigOverride.config("database.url", database.jdbcUrl()),
                ConfigOverride.config("database.user", "shop"),
                ConfigOverride.config("database.password", "shop"),
                ConfigOverride.config("server.applicationConnectors[0].port", "0"),
                ConfigOverride.config("server.adminConnectors[0].port", "0"));
        shop.before();
    }

    @AfterAll
    static void stop() {
        if (shop != null) {
            shop.after();
        }
    }

    @Test
    void aRefundIsTheOrderTheTicketAndTheJobTogether() throws Exception {
        execute("insert into orders values ('1001', 'paid')");

        HttpResponse<String> refund = send("POST", "/orders/1001/refund", "grace");

        assertEquals(200, refund.statusCode(), refund.body());
        assertTrue(refund.body().startsWith("#"), refund.body());
        assertEquals("refunded", text("select state from orders where id = '1001'"));
        assertEquals("1", text("select count(*) from insightdesk.ticket where subject = 'Refund of order 1001'"));
        assertEquals(
                "1001", shop.<ShopApplication>getApplication().paidBack.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void anOrderThatWasNotPaidLeavesNothing() throws Exception {
        assertEquals(409, send("POST", "/orders/1002/refund", "grace").statusCode());

        assertEquals("0", text("select count(*) from insightdesk.ticket where subject = 'Refund of order 1002'"));
        assertEquals("0", text("select count(*) from insightdesk.job where payload::text like '%1002%'"));
    }

    @Test
    void theShopsPeopleAreAgentsByTheirRole() throws Exception {
        HttpResponse<String> me = send("GET", "/me", "grace");
        assertEquals(200, me.statusCode(), me.body());
        assertTrue(me.body().contains("\"name\":\"Grace Clerk\""), me.body());

        assertEquals(403, send("GET", "/audit", "grace").statusCode());
        assertEquals(200, send("GET", "/audit", "mary").statusCode());
        assertEquals(401, send("GET", "/me", "mallory").statusCode());
    }

    @Test
    void itsHealthIsAmongTheShops() throws Exception {
        HttpResponse<String> health = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + shop.getAdminPort() + "/healthcheck"))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(200, health.statusCode(), health.body());
        assertTrue(health.body().contains("\"help desk\":{\"healthy\":true"), health.body());
    }

    private static HttpResponse<String> send(String method, String path, String login) throws Exception {
        String credentials = Base64.getEncoder().encodeToString((login + ":" + login + "-secret").getBytes("UTF-8"));
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + shop.getLocalPort() + path))
                        .header("Authorization", "Basic " + credentials)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
