package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.devenv.servers.SmtpReceiver;
import io.insightdesk.server.Spans.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What servers tell of themselves to others: errors to Sentry, traces to a collector. */
class ObservationIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEW_TICKET = """
            {"subject": "Secretive subject", "message": {"text": "Confidential words"},
             "requester": {"email": "ada.private@example.com", "name": "Ada Lovelace"}}""";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    private Path directory;

    private final TestDatabase database = new TestDatabase();
    private String token = "";

    @BeforeEach
    void prepare() {
        database.migrate(directory);
        token = database.tenantWithToken(directory);
    }

    @Test
    void anErrorIsReportedWithoutPersonalData() throws Exception {
        try (Collector sentry = new Collector()) {
            Map<String, String> settings = ServerProcess.settings(database.url());
            settings.put("SENTRY_DSN", "http://public-key@127.0.0.1:" + sentry.port() + "/7");
            settings.put("SENTRY_ENVIRONMENT", "test-bed");
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("""
                        create function insightdesk.fail() returns trigger language plpgsql as
                        $$ begin raise exception 'no % here', new; end $$""");
                statement.execute("""
                        create trigger fail before insert on insightdesk.message for each row
                        execute function insightdesk.fail()""");
            }
            String requestId;
            try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
                HttpResponse<String> failed = post(api, "/api/v1/tickets", NEW_TICKET);
                assertThat(failed.statusCode()).as(failed.body()).isEqualTo(500);
                requestId = failed.headers().firstValue("X-Request-Id").orElseThrow();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> !sentry.taken("/api/7/envelope/").isEmpty());
                assertThat(api.log()).as("the exception's message has it").contains("Confidential words");
                api.terminate();
                assertThat(api.exitCode()).isZero();
            }

            List<Collector.Taken> envelopes = sentry.taken("/api/7/envelope/");
            assertThat(envelopes).hasSize(1);
            String envelope = new String(envelopes.get(0).bytes(), StandardCharsets.UTF_8);
            assertThat(envelope)
                    .doesNotContain("Confidential")
                    .doesNotContain("Secretive")
                    .doesNotContain("Lovelace")
                    .doesNotContain("ada.private")
                    .doesNotContain("127.0.0.1\"")
                    .doesNotContain(token)
                    .doesNotContain(System.getProperty("user.name") + "@");
            JsonNode event = JSON.readTree(envelope.lines().toList().get(2));
            assertThat(event.at("/tags/request_id").asText()).isEqualTo(requestId);
            assertThat(event.at("/tags/tenant").asText()).hasSize(36);
            assertThat(event.at("/tags/sqlstate").asText()).isEqualTo("P0001");
            assertThat(event.get("environment").asText()).isEqualTo("test-bed");
            assertThat(event.get("release").asText()).startsWith("insightdesk@");
            assertThat(event.at("/exception/values").size()).isPositive();
            assertThat(event.at("/exception/values/0/stacktrace/frames").size()).isPositive();
            assertThat(event.at("/exception/values").findValues("value")).isEmpty();
        }
    }

    @Test
    void aTraceGoesThroughTheApiAndTheJobAndIsInTheLog() throws Exception {
        try (Collector collector = new Collector();
                SmtpReceiver mail = SmtpReceiver.builder(received -> {}).port(0).start()) {
            Map<String, String> settings = ServerProcess.settings(database.url());
            settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.port());
            settings.put("OTEL_EXPORTER_OTLP_HEADERS", "api-key=the-key");
            settings.put("TRUSTED_PROXIES", "127.0.0.1");
            settings.put("MAIL_ENABLED", "true");
            settings.put("MAIL_FROM", "support@example.com");
            settings.put("SMTP_HOST", "127.0.0.1");
            settings.put("SMTP_PORT", Integer.toString(mail.port()));
            settings.put("SMTP_SECURITY", "none");
            settings.put("LOG_LEVEL", "debug");
            try (ServerProcess all = ServerProcess.start(directory, settings, "all")) {
                String agent = JSON.readTree(all.getAs(token, "/api/v1/agents").body())
                        .at("/items/0/id")
                        .asText();
                HttpResponse<String> invited = post(all, "/api/v1/agents/" + agent + "/login/invitation", "");
                assertThat(invited.statusCode()).as(invited.body()).isLessThan(300);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(
                                        spans(collector, span -> span.trace().equals(TRACE)))
                                .extracting(Span::name)
                                .contains(
                                        "POST /agents/{agent}/login/invitation",
                                        "insightdesk.login.mail enqueue",
                                        "insightdesk.login.mail handle"));
                all.terminate();
                assertThat(all.exitCode()).isZero();
            }
            Span request = only(collector, "POST /agents/{agent}/login/invitation");
            Span enqueued = only(collector, "insightdesk.login.mail enqueue");
            Span handled = only(collector, "insightdesk.login.mail handle");
            assertThat(request.parent()).as("the proxy's span").isEqualTo("00f067aa0ba902b7");
            assertThat(enqueued.parent()).isEqualTo(request.id());
            assertThat(handled.parent()).isEqualTo(enqueued.id());
            assertThat(collector.taken("/v1/traces")).allSatisfy(taken -> {
                assertThat(taken.header()).isEqualTo("the-key");
                assertThat(taken.body())
                        .contains("insightdesk-all", "staging")
                        .doesNotContain("grace@example.com", token);
            });
        }
    }

    @Test
    void theTraceOfAStrangerIsNotGoneOnWithAndErrorsNameTheirTrace() throws Exception {
        try (Collector collector = new Collector()) {
            Map<String, String> settings = ServerProcess.settings(database.url());
            settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.port());
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter table insightdesk.tag rename to tag_away");
            }
            String log;
            try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + api.port() + "/api/v1/tags"))
                        .header("Authorization", "Bearer " + token)
                        .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(request, BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(500);
                api.terminate();
                assertThat(api.exitCode()).as("what is left is sent at the end").isZero();
                log = api.log();
            }
            Span request = only(collector, "GET /tags");
            assertThat(request.parent()).isEmpty();
            assertThat(request.trace()).isNotEqualTo(TRACE);
            assertThat(log).contains("\"trace_id\":\"" + request.trace() + "\"");
        }
    }

    private HttpResponse<String> post(ServerProcess server, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static Span only(Collector collector, String name) {
        List<Span> found = spans(collector, span -> span.name().equals(name));
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    private static List<Span> spans(Collector collector, Predicate<Span> which) {
        return collector.taken("/v1/traces").stream()
                .flatMap(taken -> Spans.of(taken.bytes()).stream())
                .filter(which)
                .toList();
    }
}
