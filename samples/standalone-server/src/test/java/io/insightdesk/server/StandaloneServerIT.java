package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.devenv.seed.DemoTenant;
import io.insightdesk.devenv.servers.CaughtMail;
import io.insightdesk.testing.FakeOpenId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneServerIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> ANY_PORTS = Map.of(
            "APP_ENV", "development",
            "PORT", "0",
            "INSIGHTDESK_SMTP_PORT", "0",
            "MAIL_CATCHER_HTTP_PORT", "0",
            "MAIL_CATCHER_SMTP_PORT", "0",
            // Servers on one database do each other's jobs: this one may send the mail of a link that the one beside it
            // was asked for.
            "CUSTOMER_LOGIN", "known");

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
        api.post("/api/v1/tickets/" + number + "/resolve", "", 200);
        assertMetrics(api.page("/metrics").body());
    }

    /** What dashboards and alerts rely on; a tenant, a ticket or an address would make a series each. */
    private static void assertMetrics(String metrics) {
        Map<String, Set<String>> names = Map.ofEntries(
                Map.entry("insightdesk_http_requests_total", Set.of("method", "route", "status")),
                Map.entry(
                        "insightdesk_http_request_duration_seconds_bucket", Set.of("method", "route", "status", "le")),
                Map.entry("insightdesk_tickets_created_total", Set.of("channel", "priority")),
                Map.entry("insightdesk_ticket_resolution_seconds_count", Set.of("priority")),
                Map.entry("insightdesk_active_tickets", Set.of("status")),
                Map.entry("insightdesk_job_queue_size", Set.of("queue", "status")),
                Map.entry("insightdesk_job_processing_seconds_count", Set.of("kind", "outcome")),
                Map.entry("insightdesk_db_pool_size", Set.of("state")),
                Map.entry("insightdesk_db_query_duration_seconds_count", Set.of("operation")),
                Map.entry("insightdesk_mail_inbound_total", Set.of("outcome")),
                Map.entry("insightdesk_mail_outbound_total", Set.of("outcome")),
                Map.entry("insightdesk_clock_skew_seconds", Set.of()),
                Map.entry("insightdesk_build_info", Set.of("version", "commit")),
                Map.entry("jvm_memory_used_bytes", Set.of("area", "id")),
                Map.entry("jvm_threads_live_threads", Set.of()),
                Map.entry("process_cpu_usage", Set.of()),
                Map.entry("process_uptime_seconds", Set.of()),
                Map.entry("hikaricp_connections_pending", Set.of("pool")));
        names.forEach((name, labels) -> {
            List<String> series = metrics.lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .toList();
            assertThat(series).as(name).isNotEmpty();
            assertThat(series)
                    .as(name)
                    .allSatisfy(line -> assertThat(labels(line)).containsExactlyInAnyOrderElementsOf(labels));
        });
        assertThat(metrics).doesNotContain("@");
    }

    private static List<String> labels(String series) {
        return Pattern.compile("([a-z_]+)=\"")
                .matcher(series.substring(0, series.lastIndexOf(' ')))
                .results()
                .map(label -> label.group(1))
                .toList();
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

    /** By settings alone: an agent comes from a provider, a customer by a link in a mail. */
    @Test
    void agentsLogInAtAProviderAndCustomersByMail(@TempDir Path other) throws Exception {
        try (FakeOpenId provider = new FakeOpenId(Clock.systemUTC())) {
            Path secret = Files.writeString(other.resolve("secret"), FakeOpenId.SECRET);
            Map<String, String> variables = new HashMap<>(Map.of(
                    "APP_ENV", "development",
                    "PORT", "0",
                    "INSIGHTDESK_SMTP_PORT", "0",
                    "DATABASE_URL", server.development().database().jdbcUrl().replace("//", "//postgres@"),
                    "SMTP_HOST", "127.0.0.1",
                    "SMTP_PORT", Integer.toString(server.development().catcher().smtpPort()),
                    "SMTP_SECURITY", "none",
                    "CUSTOMER_LOGIN", "known"));
            variables.put("OPENID_PROVIDERS", "corp");
            variables.put("OPENID_CORP_ISSUER", provider.issuer().toString());
            variables.put("OPENID_CORP_CLIENT_ID", FakeOpenId.CLIENT);
            variables.put("OPENID_CORP_CLIENT_SECRET_FILE", secret.toString());
            try (StandaloneServer beside =
                    StandaloneServer.start(SettingsReader.read(variables, List.of(), other), silent())) {
                Api itsApi = Api.of(other.resolve(".insightdesk/dev.env"));
                DevelopmentLogin login = beside.token().login();

                HttpResponse<String> started = itsApi.postFromOwnPage(
                        "/api/v1/auth/openid/start",
                        "{\"tenant\":\"" + login.tenant() + "\",\"provider\":\"corp\"}",
                        "");
                URI location =
                        URI.create(JSON.readTree(started.body()).get("location").asText());
                Map<String, String> back = provider.logIn(location, "sub-1", login.email(), true);
                HttpResponse<String> agent = itsApi.postFromOwnPage(
                        "/api/v1/auth/openid/finish", JSON.writeValueAsString(back), cookie(started));

                assertThat(FakeOpenId.fields(location.getRawQuery()))
                        .containsEntry("redirect_uri", "http://localhost:3000/login/openid");
                assertThat(itsApi.getAs(agent, "/api/v1/me").get("type").asText())
                        .isEqualTo("agent");

                JsonNode customer =
                        itsApi.post("/api/v1/customers", "{\"name\":\"Joan\",\"emails\":[\"joan@portal.example\"]}");
                HttpResponse<String> asked = itsApi.postFromOwnPage(
                        "/api/v1/auth/link",
                        "{\"tenant\":\"" + login.tenant() + "\",\"email\":\"joan@portal.example\"}",
                        "");
                assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
                CaughtMail mail =
                        server.development().catcher().awaitMail("joan@portal.example", Duration.ofSeconds(30));
                assertThat(mail.subject()).startsWith("Your link to log in at the help desk of ");
                Matcher link = Pattern.compile("http://localhost:3000/log-in#token=(idc_[A-Za-z0-9_-]{86})")
                        .matcher(mail.text());
                assertThat(link.find()).as(mail.text()).isTrue();
                HttpResponse<String> in = itsApi.postFromOwnPage(
                        "/api/v1/auth/link/redeem", "{\"token\":\"" + link.group(1) + "\"}", cookie(asked));
                assertThat(itsApi.getAs(in, "/api/v1/me").get("id").asText())
                        .isEqualTo(customer.get("id").asText());
                assertThat(itsApi.getAs(in, "/api/v1/tickets").get("items")).isEmpty();
            }
        }
    }

    private static String cookie(HttpResponse<String> answer) {
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
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
