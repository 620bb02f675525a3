package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.testing.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roles as processes of their own, with the settings of staging. */
class ServerRolesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void aServerRefusesASchemaThatIsNotItsOwnUntilTheRoleMigrateHasRun() throws Exception {
        Map<String, String> settings = ServerProcess.settings(new TestDatabase().url());

        try (ServerProcess early = ServerProcess.start(directory, settings, "api")) {
            assertThat(early.exitCode()).isEqualTo(2);
            assertThat(early.log()).contains("Run the role migrate once", "DATABASE_MIGRATE=true");
        }
        try (ServerProcess migration = ServerProcess.start(directory, settings, "migrate")) {
            assertThat(migration.exitCode()).isZero();
        }
        try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
            assertThat(api.get("/api/v1/openapi.json").statusCode()).isEqualTo(200);
            assertThat(api.get("/health/started").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = api.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(ready.body()).at("/checks/valkey/status").asText())
                    .as("no Valkey in staging")
                    .isEqualTo("degraded");
            api.terminate();
            assertThat(api.exitCode()).as(api.log()).isZero();
        }
    }

    @Test
    void aWorkerHasHealthAndMetricsOnItsManagementPortAndNothingElse() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        settings.put("MANAGEMENT_PORT", "0");
        settings.remove("METRICS_TOKEN");

        try (ServerProcess worker = ServerProcess.start(directory, settings, "worker")) {
            HttpResponse<String> ready = worker.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(ready.body()).at("/checks/workers/status").asText())
                    .isEqualTo("up");
            assertThat(worker.get("/metrics").body())
                    .contains(
                            "insightdesk_job_queue_size{",
                            "insightdesk_build_info{commit=\""
                                    + BuildInfo.ofThisJar().commit() + "\",version=\"");
            assertThat(worker.get("/api/v1/tickets").statusCode()).isEqualTo(404);
            assertThat(worker.get("/health/nothing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theMetricsAreForWhoHasTheTokenOrReachesTheManagementPort() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());

        try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
            assertThat(api.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(api.getAs("wrong", "/metrics").statusCode()).isEqualTo(401);
            assertThat(api.getAs(ServerProcess.METRICS_TOKEN, "/metrics").statusCode())
                    .isEqualTo(200);
        }
        settings.remove("METRICS_TOKEN");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            settings.put("MANAGEMENT_PORT", Integer.toString(free.getLocalPort()));
        }
        try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
            assertThat(api.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
            int management = Integer.parseInt(settings.get("MANAGEMENT_PORT"));
            assertThat(api.get(management, "/metrics").statusCode()).isEqualTo(200);
            assertThat(api.get(management, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(api.get(management, "/api/v1/openapi.json").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void withoutItsDatabaseAServerIsAliveAndNotReadyAndComesBackByItself() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        try (TcpProxy proxy = new TcpProxy("127.0.0.1", PostgresServer.shared().port())) {
            Map<String, String> settings = ServerProcess.settings(database.url(proxy.port()));
            settings.put("HEALTH_TIMEOUT", "500ms");
            try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
                assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);

                proxy.goSilent();

                long asked = System.nanoTime();
                HttpResponse<String> silent = api.get("/health/ready");
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
                assertThat(silent.statusCode()).isEqualTo(503);
                assertThat(JSON.readTree(silent.body())
                                .at("/checks/database/status")
                                .asText())
                        .isEqualTo("down");
                assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
                proxy.goOn();
                becomesReady(api);

                proxy.refuse(true);
                proxy.cut();
                assertThat(api.get("/health/ready").statusCode()).isEqualTo(503);
                assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
                proxy.refuse(false);
                becomesReady(api);
            }
        }
    }

    @Test
    void aPoolThatIsUsedUpIsNoDatabaseThatIsAway() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        String token = database.tenantWithToken(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        settings.put("DATABASE_POOL_MIN", "0");
        settings.put("DATABASE_POOL_MAX", "1");
        settings.put("HEALTH_TIMEOUT", "500ms");
        try (ServerProcess api = ServerProcess.start(directory, settings, "api");
                HeldTickets held = HeldTickets.of(database)) {
            var waiting = held.request(api.port(), token);
            held.awaitBlocked();

            HttpResponse<String> ready = api.get("/health/ready");

            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(ready.body()).at("/checks/database/detail").asText())
                    .contains("no connection of the pool was free");
            held.release();
            assertThat(waiting.get().statusCode()).isEqualTo(201);
        }
    }

    @Test
    void withoutItsValkeyAServerIsReadyAndDegraded() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            settings.put("VALKEY_URL", "redis://127.0.0.1:" + nobody.getLocalPort());
        }
        try (ServerProcess all = ServerProcess.start(directory, settings, "all")) {
            HttpResponse<String> ready = all.get("/health/ready");

            assertThat(ready.statusCode()).isEqualTo(200);
            JsonNode health = JSON.readTree(ready.body());
            assertThat(health.get("status").asText()).isEqualTo("degraded");
            assertThat(health.at("/checks/valkey/detail").asText()).contains("does not answer");
            assertThat(health.at("/checks/database/status").asText()).isEqualTo("up");
        }
    }

    @Test
    void theRoleWebShowsPagesAboutAnApiAndHasNoDatabase() throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        api.start();
        String apiUrl = "http://127.0.0.1:" + api.getAddress().getPort();
        Map<String, String> settings =
                Map.of("APP_ENV", "staging", "HOST", "127.0.0.1", "PORT", "0", "API_URL", apiUrl, "DRAIN_DELAY", "0s");
        try (ServerProcess web = ServerProcess.start(directory, settings, "web")) {
            assertThat(web.get("/").body())
                    .contains("The help desk works", "stands in until there is a web console")
                    .doesNotContain("{{");
            HttpResponse<String> reference = web.get("/reference/");
            assertThat(reference.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("connect-src 'self' " + apiUrl + ";");
            assertThat(JSON.readTree(web.get("/api/v1/openapi.json").body())
                            .at("/servers/0/url")
                            .asText())
                    .isEqualTo(apiUrl + "/api/v1");
            assertThat(web.get("/api/v1/tickets").statusCode()).isEqualTo(404);

            status.set(503);
            assertThat(web.get("/").body()).contains("The API is not ready: it answers 503.");
            api.stop(0);
            assertThat(web.get("/").body()).contains("does not answer as it should");
            HttpResponse<String> ready = web.get("/health/ready");
            assertThat(ready.statusCode()).as("it can say so").isEqualTo(200);
            assertThat(ready.body()).contains("degraded");
            web.terminate();
            assertThat(web.exitCode()).isZero();
        } finally {
            api.stop(0);
        }
    }

    @Test
    void everyLineOfTheLogIsJsonWithTenantAndRequest() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        String token = database.tenantWithToken(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        settings.put("LOG_LEVEL", "debug");

        try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
            assertThat(api.getAs(token, "/api/v1/tickets").statusCode()).isEqualTo(200);
            try (var connection = database.connect();
                    var statement = connection.createStatement()) {
                // What nobody foresees: the error has to be in the log with all that finds it again.
                statement.execute("alter table insightdesk.tag rename to tag_away");
            }
            HttpResponse<String> failed = api.getAs(token, "/api/v1/tags");
            assertThat(failed.statusCode()).isGreaterThanOrEqualTo(500);
            String requestId = failed.headers().firstValue("X-Request-Id").orElseThrow();
            Matcher line = Pattern.compile("(?m)^.*" + Pattern.quote(requestId) + ".*$")
                    .matcher(api.log());

            assertThat(line.find()).as(api.log()).isTrue();
            JsonNode event = JSON.readTree(line.group());
            assertThat(event.get("level").asText()).isIn("ERROR", "WARN");
            assertThat(event.get("request_id").asText()).isEqualTo(requestId);
            assertThat(event.get("tenant").asText()).hasSize(36);
            assertThat(event.get("logger_name").asText()).startsWith("io.insightdesk");
            assertThat(event.get("exception").asText()).contains("Exception", "\n");
            assertThat(event.get("time").asText()).endsWith("Z");
            for (String each : api.log().lines().toList()) {
                assertThat(each).startsWith("{");
                assertThat(JSON.readTree(each).fieldNames())
                        .toIterable()
                        .as(each)
                        .contains("time", "level", "logger_name", "message");
            }
        }
    }

    @Test
    void whatPeopleWroteIsNotInTheLogWhenTheDatabaseRefusesIt() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        String token = database.tenantWithToken(directory);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("alter table insightdesk.message add constraint never check (false) not valid");
        }
        try (ServerProcess api = ServerProcess.start(directory, ServerProcess.settings(database.url()), "api")) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + api.port() + "/api/v1/tickets"))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("""
                            {"subject": "Printer", "message": {"text": "Confidential words"},
                             "requester": {"email": "ada@example.com", "name": "Ada"}}"""))
                    .build();

            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(500);
            assertThat(api.log()).contains("never").doesNotContain("Confidential");
        }
    }

    @Test
    void whileItStartsAServerIsAliveNotStartedAndNotReady() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        try (TcpProxy proxy = new TcpProxy("127.0.0.1", PostgresServer.shared().port())) {
            Map<String, String> settings = ServerProcess.settings(database.url(proxy.port()));
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            settings.put("PORT", Integer.toString(port));
            proxy.goSilent();
            try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
                await().atMost(Duration.ofMinutes(1))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> api.get(port, "/health/live").statusCode() == 200);
                assertThat(api.get(port, "/health/started").statusCode()).isEqualTo(503);
                HttpResponse<String> ready = api.get(port, "/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body()).contains("is starting");
                HttpResponse<String> early = api.get(port, "/api/v1/openapi.json");
                assertThat(early.statusCode()).isEqualTo(503);
                assertThat(early.headers().firstValue("Retry-After")).hasValue("1");

                proxy.goOn();

                assertThat(api.port()).isEqualTo(port);
                assertThat(api.get("/health/started").statusCode()).isEqualTo(200);
                assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
            }
        }
    }

    private static void becomesReady(ServerProcess api) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(api.get("/health/ready").statusCode()).isEqualTo(200));
    }
}
