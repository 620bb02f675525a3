package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.seed.DemoTenant;
import io.insightdesk.devenv.servers.CaughtMail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneServerIT {

    private static final Map<String, String> ANY_PORTS = Map.of(
            "APP_ENV", "development",
            "PORT", "0",
            "INSIGHTDESK_SMTP_PORT", "0",
            "MAIL_CATCHER_HTTP_PORT", "0",
            "MAIL_CATCHER_SMTP_PORT", "0");

    @TempDir
    private static Path directory;

    private static StandaloneServer server;
    private static Api api;

    @BeforeAll
    static void start() throws IOException {
        server = StandaloneServer.start(SettingsReader.read(ANY_PORTS, List.of(), directory), silent());
        api = Api.of(directory.resolve(".insightdesk/dev.env"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void itIsReadyAndHasDemoData() throws Exception {
        assertThat(api.page("/health/ready").statusCode()).isEqualTo(200);
        assertThat(api.page("/health/ready").body()).contains("up");
        assertThat(api.get("/api/v1/tickets?limit=100").get("items").size()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void aMailBecomesATicketItsAnswerAMailAndTheNextMailTheSameTicket() throws Exception {
        SmtpClient.send(server.smtpPort(), "ada@example.com", DemoTenant.MAILBOX, """
                From: Ada Lovelace <ada@example.com>
                To: support@demo.example
                Subject: My printer is on fire
                Message-ID: <fire-1@example.com>

                It burns with a blue flame. What now?
                """);
        JsonNode ticket = newest();
        assertThat(ticket.get("subject").asText()).isEqualTo("My printer is on fire");
        assertThat(ticket.get("status").asText()).isEqualTo("new");
        assertThat(ticket.get("channel").asText()).isEqualTo("email");
        String number = ticket.get("number").asText();

        api.post("/api/v1/tickets/" + number + "/messages", "{\"text\":\"Use water, then send us a picture.\"}");
        CaughtMail answer = server.development().catcher().awaitMail("ada@example.com", Duration.ofSeconds(30));
        String raw = new String(answer.raw(), StandardCharsets.UTF_8);
        assertThat(raw).contains("Use water").contains("In-Reply-To: <fire-1@example.com>");
        assertThat(api.get("/api/v1/tickets/" + number).get("status").asText()).isEqualTo("pending");

        SmtpClient.send(server.smtpPort(), "ada@example.com", DemoTenant.MAILBOX, """
                From: Ada Lovelace <ada@example.com>
                To: support@demo.example
                Subject: Re: My printer is on fire
                Message-ID: <fire-2@example.com>
                In-Reply-To: %s

                The fire is out. Thank you!
                """.formatted(messageId(raw)));
        assertThat(api.get("/api/v1/tickets/" + number).get("status").asText()).isEqualTo("open");
        assertThat(api.get("/api/v1/tickets/" + number + "/messages").get("items"))
                .extracting(message -> message.get("kind").asText())
                .containsExactly("customer", "agent", "customer");
        assertThat(api.page("/metrics").body())
                .contains(
                        "insightdesk_http_request_duration_seconds_count{",
                        "insightdesk_http_requests_total{",
                        "insightdesk_tickets_created_total{",
                        "insightdesk_active_tickets{",
                        "insightdesk_job_queue_size{",
                        "insightdesk_job_processing_seconds_count{",
                        "insightdesk_db_pool_size{state=\"idle\"}",
                        "insightdesk_db_query_duration_seconds_count{",
                        "insightdesk_mail_");
    }

    @Test
    void mailForNobodyIsRefused() {
        assertThatThrownBy(() -> SmtpClient.send(
                        server.smtpPort(), "ada@example.com", "nobody@demo.example", "From: ada@example.com\n\nHello"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("550")
                .hasMessageContaining("nobody@demo.example");
    }

    @Test
    void thePagesWorkOffline() throws Exception {
        HttpResponse<String> home = api.page("/");
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(home.body())
                .contains("reference/")
                .contains(String.valueOf(server.catcherUrl()))
                .contains("health/ready")
                .doesNotContain("{{");
        assertThat(api.page("/reference/").body())
                .contains("swagger-ui-bundle.js")
                .doesNotContain("https://");
        assertThat(api.page("/reference/swagger-ui-bundle.js").statusCode()).isEqualTo(200);
        assertThat(api.page("/reference/swagger-ui.css").statusCode()).isEqualTo(200);
        assertThat(api.page("/reference/../home.html").statusCode()).isEqualTo(404);
    }

    @Test
    void whatTheContainerRefusesIsAProblemToo() throws Exception {
        for (String path : List.of("/api/v1/tickets/%00", "/api/v1/tickets/a%2Fb", "/nowhere")) {
            HttpResponse<String> answer = api.page(path);
            assertThat(answer.headers().firstValue("Content-Type")).as(path).hasValue("application/problem+json");
            assertThat(answer.body())
                    .contains("\"status\":" + answer.statusCode(), "\"code\":\"")
                    .doesNotContain("Jetty", "java");
        }
    }

    @Test
    void theTokenIsForTheOwnerOnly() throws IOException {
        Path file = directory.resolve(".insightdesk/dev.env");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void takenPortsAreToldTogetherWithTheirSettings(@TempDir Path other) throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> variables = Map.of(
                    "APP_ENV", "development",
                    "PORT", Integer.toString(one.getLocalPort()),
                    "INSIGHTDESK_SMTP_PORT", Integer.toString(two.getLocalPort()),
                    "MAIL_CATCHER_HTTP_PORT", "0",
                    "MAIL_CATCHER_SMTP_PORT", "0");

            assertThatThrownBy(() -> StandaloneServer.start(SettingsReader.read(variables, List.of(), other), silent()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("PORT: port " + one.getLocalPort())
                    .hasMessageContaining("INSIGHTDESK_SMTP_PORT: port " + two.getLocalPort())
                    .hasMessageContaining("choose another");
        }
    }

    @Test
    void aMailServerThatIsGivenTakesThePlaceOfTheMailCatcher(@TempDir Path other) throws Exception {
        Map<String, String> variables = Map.of(
                "APP_ENV", "development",
                "PORT", "0",
                "INSIGHTDESK_SMTP_PORT", "0",
                "DATABASE_URL", server.development().database().jdbcUrl().replace("//", "//postgres@"),
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", Integer.toString(server.development().catcher().smtpPort()),
                "SMTP_SECURITY", "none",
                "MAIL_CATCHER_URL", "http://localhost:8025/");

        try (StandaloneServer beside =
                StandaloneServer.start(SettingsReader.read(variables, List.of(), other), silent())) {
            assertThat(beside.mailGoesTo()).isEqualTo("http://localhost:8025");
            assertThat(other.resolve("mails")).doesNotExist();
            Api itsApi = Api.of(other.resolve(".insightdesk/dev.env"));
            DevelopmentLogin login = beside.token().login();
            assertThat(itsApi.login(login.tenant(), login.email(), login.password()))
                    .as("the demo login that is printed")
                    .isEqualTo(200);
            assertThat(itsApi.login(login.tenant(), login.email(), "another password"))
                    .isEqualTo(401);
        }
    }

    @Test
    void theRoleMigrateMakesTheSchemaAndEnds() {
        String url = server.development().database().jdbcUrl().replace("//", "//postgres@");
        Map<String, String> variables = Map.of("APP_ENV", "test", "DATABASE_URL", url);

        StandaloneServer.migrate(SettingsReader.read(variables, List.of("migrate"), directory));
    }

    @Test
    void theRoleVerifyAuditSaysOfEachTenantWhetherItsTrailIsIntact() {
        String url = server.development().database().jdbcUrl().replace("//", "//postgres@");
        Map<String, String> variables = Map.of("APP_ENV", "test", "DATABASE_URL", url);
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        boolean intact = StandaloneServer.verifyAudit(
                SettingsReader.read(variables, List.of("verify_audit"), directory),
                new PrintStream(said, true, StandardCharsets.UTF_8));

        assertThat(intact).isTrue();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("demo: intact, ");
    }

    private static JsonNode newest() throws Exception {
        return api.get("/api/v1/tickets?limit=1").get("items").get(0);
    }

    private static String messageId(String mail) {
        Matcher id = Pattern.compile("(?im)^Message-ID:\\s*(<[^>]+>)").matcher(mail);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    static Summary silent() {
        return new Summary(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }
}
