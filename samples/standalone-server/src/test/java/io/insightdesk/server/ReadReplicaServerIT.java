package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.testing.TestReplica;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers with a replica, and a client that tells one what the other has shown it. */
class ReadReplicaServerIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @TempDir
    private Path data;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @Test
    void listsComeFromTheReplicaOnceItShowsWhatTheClientHasSeen() throws Exception {
        try (TestReplica both = TestReplica.start(data)) {
            TestDatabase database = new TestDatabase(both.primaryServer(), TestReplica.DATABASE);
            String token = database.tenantWithToken(directory);
            Map<String, String> settings = ServerProcess.settings(database.url());
            settings.put("DATABASE_READ_URL", database.url(both.replicaServer().port()));
            try (ServerProcess one = ServerProcess.start(directory, settings, "api");
                    ServerProcess two = ServerProcess.start(directory, settings, "api")) {
                HttpResponse<String> made = make(one, token, "Before");
                String seen = made.headers().firstValue("Read-After").orElseThrow();
                both.catchUp();

                HttpResponse<String> listed = list(two, token, seen);

                assertThat(subjects(listed)).isEqualTo("Before");
                assertThat(listed.headers().firstValue("Read-After")).isPresent();
                assertThat(reads(two, "replica", "none")).isOne();
                assertThat(subjects(list(two, token, null))).isEqualTo("Before");
                assertThat(reads(two, "primary", "unknown"))
                        .as("who says nothing is not known")
                        .isOne();
                assertThat(check(two)).isEqualTo("up");

                both.pause();
                String after = make(one, token, "After")
                        .headers()
                        .firstValue("Read-After")
                        .orElseThrow();
                assertThat(subjects(list(two, token, after))).isEqualTo("After,Before");
                assertThat(reads(two, "replica", "none")).isOne();
                both.resume();

                both.replicaServer().kill();
                assertThat(subjects(list(two, token, after))).isEqualTo("After,Before");
                assertThat(two.get("/health/ready").statusCode()).isEqualTo(200);
                assertThat(check(two)).isEqualTo("degraded");
                both.replicaServer().restart();
                await().atMost(LONG).untilAsserted(() -> assertThat(check(two)).isEqualTo("up"));
                both.catchUp();
                await().atMost(LONG).untilAsserted(() -> {
                    assertThat(subjects(list(two, token, after))).isEqualTo("After,Before");
                    assertThat(reads(two, "replica", "none")).isGreaterThan(1);
                });
            }
        }
    }

    private static String check(ServerProcess server) throws IOException, InterruptedException {
        return JSON.readTree(server.get("/health/ready").body())
                .at("/checks/replica/status")
                .asText();
    }

    private static double reads(ServerProcess server, String target, String reason)
            throws IOException, InterruptedException {
        String all = server.getAs(ServerProcess.METRICS_TOKEN, "/metrics").body();
        Matcher line = Pattern.compile(
                        "insightdesk_db_reads_total\\{reason=\"" + reason + "\",target=\"" + target + "\"\\} (\\S+)")
                .matcher(all);
        assertThat(line.find()).as(all).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private HttpResponse<String> make(ServerProcess server, String token, String subject)
            throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of(
                "subject", subject,
                "message", Map.of("text", "Still there?"),
                "requester", Map.of("email", "ada@example.com", "name", "Ada")));
        HttpResponse<String> made = send(request(server, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made;
    }

    private HttpResponse<String> list(ServerProcess server, String token, @Nullable String seen)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(server, token).GET();
        HttpResponse<String> listed = send(seen == null ? request : request.header("Read-After", seen));
        assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
        return listed;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ServerProcess server, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/tickets"))
                .header("Authorization", "Bearer " + token);
    }

    private static String subjects(HttpResponse<String> page) throws IOException {
        JsonNode items = JSON.readTree(page.body()).get("items");
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.get("subject").asText())
                .sorted()
                .reduce((one, other) -> one + "," + other)
                .orElse("");
    }
}
