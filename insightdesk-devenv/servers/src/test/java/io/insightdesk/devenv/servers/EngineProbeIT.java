package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineProbeIT {
    @TempDir
    Path directory;

    private static EngineProbe.Attempt probe(URI endpoint) {
        return EngineProbe.run(Map.of(endpoint, "a test"), Duration.ofMillis(800))
                .attempts()
                .get(0);
    }

    private URI socket(String name) {
        return URI.create("unix://" + directory.resolve(name));
    }

    private ServerSocketChannel listen(String name) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
        return server;
    }

    private static void answerOnce(ServerSocketChannel server, String answer) {
        Thread thread = new Thread(() -> {
            try (SocketChannel client = server.accept()) {
                client.read(ByteBuffer.allocate(1000));
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void anEngineThatAnswersIsFoundWithItsVersion() throws IOException {
        try (ServerSocketChannel server = listen("docker.sock")) {
            answerOnce(
                    server,
                    "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nServer: Docker/28.3 (linux)\r\nContent-Length: 2\r\n\r\nOK");
            EngineProbe.Attempt attempt = probe(socket("docker.sock"));
            assertThat(attempt.answers()).isTrue();
            assertThat(attempt.detail()).isEqualTo("Docker/28.3 (linux), API 1.51");
        }
    }

    @Test
    void anEngineThatHangsIsGivenUp() throws IOException {
        try (ServerSocketChannel server = listen("docker.sock")) {
            assertThat(server.isOpen()).isTrue();
            EngineProbe.Attempt attempt = probe(socket("docker.sock"));
            assertThat(attempt.answers()).isFalse();
            assertThat(attempt.detail()).contains("no answer within").contains("hanging");
        }
    }

    @Test
    void anEngineThatRefusesIsQuoted() throws IOException {
        try (ServerSocketChannel server = listen("docker.sock")) {
            answerOnce(server, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            assertThat(probe(socket("docker.sock")).detail()).contains("503 Service Unavailable");
        }
    }

    @Test
    void whatIsWrongWithAnAddressIsSaid() throws IOException {
        assertThat(probe(socket("none.sock")).detail()).contains("no such socket");
        listen("dead.sock").close();
        assertThat(probe(socket("dead.sock")).detail()).contains("is the engine running?");
        assertThat(probe(URI.create("tcp://127.0.0.1:" + Ports.anyFree())).detail())
                .contains("nobody answers there");
        assertThat(probe(URI.create("ssh://host")).detail()).contains("unix://, npipe:// or tcp://");
    }

    @Test
    void theFirstThatAnswersEndsTheSearch() throws IOException {
        try (ServerSocketChannel server = listen("docker.sock")) {
            answerOnce(server, "HTTP/1.1 200 OK\r\n\r\n");
            Map<URI, String> places = new LinkedHashMap<>();
            places.put(socket("none.sock"), "first");
            places.put(socket("docker.sock"), "second");
            places.put(socket("other.sock"), "third");
            EngineProbe probe = EngineProbe.run(places, Duration.ofSeconds(2));
            assertThat(probe.attempts()).extracting(EngineProbe.Attempt::source).containsExactly("first", "second");
            assertThat(probe.answering()).isPresent();
        }
    }

    @Test
    void thePlacesAreThoseOfTestcontainersInItsOrder() throws IOException {
        Files.writeString(directory.resolve(".testcontainers.properties"), "docker.host=tcp://build:2375\n");
        Files.createDirectories(directory.resolve(".docker/run"));
        Files.createFile(directory.resolve(".docker/run/docker.sock"));
        Map<URI, String> places = EngineProbe.candidates(Map.of("DOCKER_HOST", "tcp://there:2375"), directory, false);
        assertThat(places.keySet())
                .containsExactly(
                        URI.create("tcp://there:2375"),
                        URI.create("tcp://build:2375"),
                        URI.create("unix:///var/run/docker.sock"),
                        URI.create("unix://" + directory.resolve(".docker/run/docker.sock")));
        assertThat(EngineProbe.candidates(Map.of(), directory.resolve("nobody"), true)
                        .keySet())
                .containsExactly(URI.create("npipe:////./pipe/docker_engine"));
    }

    @Test
    void anAddressThatIsNoneIsNamed() {
        EngineProbe probe = EngineProbe.run(
                EngineProbe.candidates(Map.of("DOCKER_HOST", "not an address"), directory, false),
                Duration.ofSeconds(1));
        assertThat(probe.attempts().get(0).source()).startsWith("DOCKER_HOST is no address");
    }
}
