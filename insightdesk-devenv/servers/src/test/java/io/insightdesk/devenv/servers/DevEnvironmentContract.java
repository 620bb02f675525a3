package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a development environment promises, in whatever mode. */
abstract class DevEnvironmentContract {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    abstract Mode mode();

    /** Fails if something of the environment is left on the machine. */
    abstract void assertNothingIsLeft(DevEnvironment closed);

    DevEnvironment.Builder builder() {
        return DevEnvironment.builder().mode(mode());
    }

    @Test
    void realClientsUseAllFourServers() throws Exception {
        DevEnvironment environment = builder().start();
        try (environment) {
            assertThat(environment.mode()).isEqualTo(mode());
            assertThat(environment.services()).containsExactly(Service.values());
            sqlWorks(environment);
            valkeyWorks(environment.valkey());
            s3Works(environment.s3());
            mailWorks(environment.mail());
        }
        assertNothingIsLeft(environment);
    }

    private static void sqlWorks(DevEnvironment environment) throws SQLException {
        assertThat(value(environment, "select current_database() || ' ' || current_user"))
                .isEqualTo("insightdesk insightdesk");
        assertThat(value(environment, "select rolsuper::text from pg_roles where rolname = current_user"))
                .isEqualTo("true");
        assertThat(value(environment, "show max_prepared_transactions")).isEqualTo("200");
        assertThat(Integer.parseInt(value(environment, "show server_version_num")) / 10_000)
                .isEqualTo(Integer.parseInt(PostgresServer.MAJOR_VERSION));
        // The same order in every mode, whatever the machine's locale.
        assertThat(value(environment, "select string_agg(x, '' order by x) from unnest(array['b', 'B', 'a', 'ä']) x"))
                .isEqualTo("Babä");
    }

    private static void valkeyWorks(ValkeyEndpoint endpoint) {
        RedisClient client = RedisClient.create(endpoint.uri().toString());
        RedisClient last = RedisClient.create(
                endpoint.withDatabase(ValkeyEndpoint.DATABASES - 1).uri().toString());
        try (StatefulRedisConnection<String, String> connection = client.connect();
                StatefulRedisConnection<String, String> other = last.connect()) {
            connection.sync().set("ticket", "1042");
            assertThat(connection.sync().get("ticket")).isEqualTo("1042");
            assertThat(other.sync().get("ticket")).isNull();
        } finally {
            client.shutdown();
            last.shutdown();
        }
    }

    private static void s3Works(S3Endpoint endpoint) {
        // With the defaults of the SDK, trailing checksums among them.
        try (S3Client client = s3(endpoint, endpoint.secretKey());
                S3Client stranger = s3(endpoint, "not-the-secret")) {
            client.putObject(
                    request -> request.bucket(endpoint.bucket()).key("a/ä b.txt"), RequestBody.fromString("Grüße"));
            assertThat(client.getObjectAsBytes(
                                    request -> request.bucket(endpoint.bucket()).key("a/ä b.txt"))
                            .asUtf8String())
                    .isEqualTo("Grüße");
            assertThatThrownBy(() -> stranger.listObjectsV2(request -> request.bucket(endpoint.bucket())))
                    .isInstanceOf(S3Exception.class);
            S3Endpoint other = endpoint.withBucket("another-bucket");
            S3Buckets.create(other);
            S3Buckets.create(other);
            client.putObject(request -> request.bucket(other.bucket()).key("x"), RequestBody.fromString("x"));
            S3Buckets.delete(other);
            S3Buckets.delete(other);
            assertThat(S3Buckets.exists(other, LIMIT)).isFalse();
        }
    }

    static S3Client s3(S3Endpoint endpoint, String secret) {
        return S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(endpoint.uri())
                .region(Region.of(endpoint.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(endpoint.accessKey(), secret)))
                .forcePathStyle(true)
                .build();
    }

    private static void mailWorks(MailEndpoint endpoint) throws Exception {
        try (Smtp smtp = new Smtp(endpoint.smtpPort())) {
            assertThat(smtp.send("ada@example.com", "support@example.com", "Subject: On fire\n\nIt burns.\n"))
                    .startsWith("250");
        }
        await().untilAsserted(() -> assertThat(get(endpoint.web().resolve("api/v2/messages")))
                .contains("On fire", "support")
                .contains("\"total\":1"));
        assertThat(status(endpoint.web())).isEqualTo(200);
    }

    @Test
    void theEnvironmentMapHasWhatAServerNeeds() {
        try (DevEnvironment environment =
                builder().with(Service.POSTGRES, Service.MAILHOG).start()) {
            Map<String, String> variables = environment.environment();
            assertThat(variables)
                    .containsOnlyKeys("DATABASE_URL", "SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "MAIL_CATCHER_URL");
            assertThat(variables.get("DATABASE_URL"))
                    .isEqualTo("postgresql://insightdesk:insightdesk@127.0.0.1:"
                            + environment.postgres().port() + "/insightdesk");
        }
    }

    @Test
    void onlyWhatIsAskedForIsStarted() {
        try (DevEnvironment environment = builder().with(Service.VALKEY).start()) {
            assertThat(environment.services()).containsExactly(Service.VALKEY);
            assertThatThrownBy(environment::postgres)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("with(Service.POSTGRES)");
        }
    }

    @Test
    void healthIsFoundOutByRequests() {
        DevEnvironment environment = builder().start();
        Endpoints endpoints = environment.endpoints();
        try (environment) {
            assertThat(Health.of(endpoints, LIMIT)).extracting(Health::service).containsExactly(Service.values());
            assertThat(Health.of(endpoints, LIMIT)).allMatch(Health::healthy);
        }
        assertThat(Health.of(endpoints, LIMIT))
                .noneMatch(Health::healthy)
                .allMatch(health -> !health.detail().contains("\n"));
    }

    @Test
    void keptDataSurviveAndOthersGo() throws Exception {
        Service[] kept = {Service.POSTGRES, Service.VALKEY, Service.MINIO};
        for (boolean keep : new boolean[] {true, false}) {
            for (int start = 1; start <= 2; start++) {
                DevEnvironment.Builder builder = builder().with(kept[0], kept);
                if (keep) {
                    builder.keepData(directory);
                }
                try (DevEnvironment environment = builder.start()) {
                    assertThat(hasMarks(environment))
                            .as("keep %s, start %s", keep, start)
                            .isEqualTo(keep && start == 2);
                    if (start == 1) {
                        mark(environment);
                    }
                }
            }
        }
        removeKeptData();
    }

    /** Removes what {@code keepData(directory)} left. */
    abstract void removeKeptData();

    static void mark(DevEnvironment environment) throws SQLException {
        execute(environment, "create table mark (id int)");
        RedisClient client = RedisClient.create(environment.valkey().uri().toString());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().set("mark", "yes");
        } finally {
            client.shutdown();
        }
        S3Endpoint s3 = environment.s3();
        try (S3Client bucket = s3(s3, s3.secretKey())) {
            bucket.putObject(request -> request.bucket(s3.bucket()).key("mark"), RequestBody.fromString("yes"));
        }
    }

    static boolean hasMarks(DevEnvironment environment) throws SQLException {
        List<Boolean> marks = new ArrayList<>();
        marks.add(value(environment, "select (to_regclass('mark') is not null)::text")
                .equals("true"));
        RedisClient client = RedisClient.create(environment.valkey().uri().toString());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            marks.add(connection.sync().get("mark") != null);
        } finally {
            client.shutdown();
        }
        S3Endpoint s3 = environment.s3();
        try (S3Client bucket = s3(s3, s3.secretKey())) {
            marks.add(!bucket.listObjectsV2(request -> request.bucket(s3.bucket()))
                    .contents()
                    .isEmpty());
        }
        assertThat(marks).as("all or none").containsOnly(marks.get(0));
        return marks.get(0);
    }

    @Test
    void aPortCanBeChosen() throws Exception {
        int port = Ports.anyFree();
        try (DevEnvironment environment =
                builder().with(Service.POSTGRES).port(ServerPort.POSTGRES, port).start()) {
            assertThat(environment.postgres().port()).isEqualTo(port);
            assertThat(value(environment, "select 1::text")).isEqualTo("1");
        }
    }

    @Test
    void aTakenPortSaysWhatToDoAndNothingStaysRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Ports.loopback())) {
            for (ServerPort port :
                    List.of(ServerPort.POSTGRES, ServerPort.VALKEY, ServerPort.MINIO, ServerPort.MAILHOG_SMTP)) {
                assertThatThrownBy(() -> builder()
                                .with(Service.POSTGRES, Service.VALKEY, Service.MINIO, Service.MAILHOG)
                                .port(port, taken.getLocalPort())
                                .start())
                        .as(port.key())
                        .isInstanceOf(PortTakenException.class)
                        .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                        .hasMessageContaining(port.variable());
            }
        }
        assertNothingOfThisProcessRuns();
    }

    abstract void assertNothingOfThisProcessRuns();

    @Test
    void environmentsBesideEachOtherShareNothing() throws Exception {
        try (DevEnvironment one = builder()
                        .with(Service.POSTGRES, Service.VALKEY, Service.MINIO)
                        .start();
                DevEnvironment other = builder()
                        .with(Service.POSTGRES, Service.VALKEY, Service.MINIO)
                        .start()) {
            mark(one);
            assertThat(hasMarks(other)).isFalse();
        }
    }

    @Test
    void anS3ServerThatIsThereIsUsed() {
        List<String> progress = new CopyOnWriteArrayList<>();
        try (S3Server there = S3Server.start();
                DevEnvironment environment = builder()
                        .with(Service.MINIO)
                        .s3(there.endpoint().withBucket("mine"))
                        .progress(progress::add)
                        .start()) {
            assertThat(environment.s3().uri()).isEqualTo(there.endpoint().uri());
            assertThat(S3Buckets.exists(environment.s3(), LIMIT)).isTrue();
            assertThat(progress).isEmpty();
        }
    }

    static String value(DevEnvironment environment, String query) throws SQLException {
        try (Connection connection = environment.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    static void execute(DevEnvironment environment, String sql) throws SQLException {
        try (Connection connection = environment.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        return send(uri).body();
    }

    private static int status(URI uri) throws IOException, InterruptedException {
        return send(uri).statusCode();
    }

    private static HttpResponse<String> send(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
}
