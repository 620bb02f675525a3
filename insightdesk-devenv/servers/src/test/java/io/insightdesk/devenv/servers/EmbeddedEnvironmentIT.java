package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedEnvironmentIT extends DevEnvironmentContract {
    private List<Path> temporaryBefore = List.of();

    @Override
    Mode mode() {
        return Mode.EMBEDDED;
    }

    @BeforeEach
    void remember() {
        temporaryBefore = temporary();
    }

    private static List<Path> temporary() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("insightdesk-(valkey|s3)-.*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void assertNothingIsLeft(DevEnvironment closed) {
        assertThat(temporaryBefore).containsAll(temporary());
        assertNothingOfThisProcessRuns();
    }

    @Override
    void assertNothingOfThisProcessRuns() {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ProcessHandle.current()
                                .descendants()
                                .map(process -> process.info().commandLine().orElse(""))
                                .filter(line -> line.contains("valkey") || line.contains("redis")))
                        .isEmpty());
    }

    @Override
    void removeKeptData() {
        assertThat(directory).isDirectoryContaining(path -> path.endsWith("postgres"));
    }

    @Test
    void aValkeyThatWasKilledComesBackWithWhatItKept() {
        try (ValkeyServer server =
                ValkeyServer.builder().dataDirectory(directory).start()) {
            System.out.println("Embedded Valkey: " + server.program());
            ValkeyEndpoint endpoint = server.endpoint();
            var client = io.lettuce.core.RedisClient.create(endpoint.uri().toString());
            try (var connection = client.connect()) {
                connection.sync().set("kept", "yes");
                await().untilAsserted(() ->
                        assertThat(connection.sync().info("persistence")).contains("aof_last_write_status:ok"));
                connection.sync().bgrewriteaof();
                await().untilAsserted(() ->
                        assertThat(connection.sync().info("persistence")).contains("aof_rewrite_in_progress:0"));
                server.kill();
                assertThat(server.isRunning()).isFalse();
                assertThat(Health.ofValkey(endpoint, Duration.ofSeconds(1)).healthy())
                        .isFalse();
                server.restart();
                assertThat(server.endpoint()).isEqualTo(endpoint);
                await().untilAsserted(
                                () -> assertThat(connection.sync().get("kept")).isEqualTo("yes"));
            } finally {
                client.shutdown();
            }
        }
    }
}
