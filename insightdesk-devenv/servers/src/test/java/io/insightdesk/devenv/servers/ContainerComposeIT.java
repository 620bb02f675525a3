package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The compose file of the project, brought up by Docker Compose. */
@ExtendWith(ContainersAnswer.class)
class ContainerComposeIT {
    private static final String PROJECT = "insightdesk-compose-it";
    private final Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);

    @BeforeEach
    void choosePorts() throws Exception {
        assumeTrue(
                Programs.find("docker").isPresent() && compose("version").isEmpty(), "docker compose is not installed");
        for (ServerPort port : ServerPort.values()) {
            ports.put(port, Ports.anyFree());
        }
    }

    @AfterEach
    void down() throws Exception {
        assertThat(compose("-p", PROJECT, "-f", "../../docker-compose.yml", "down", "--volumes"))
                .isEmpty();
    }

    @Test
    void allServersAreHealthyAndTheBucketIsThere() throws Exception {
        assertThat(compose("-p", PROJECT, "-f", "../../docker-compose.yml", "up", "--wait"))
                .isEmpty();
        Endpoints endpoints = new Endpoints(
                new PostgresEndpoint(
                        "127.0.0.1",
                        port(ServerPort.POSTGRES),
                        ServerDescription.DATABASE,
                        ServerDescription.USER,
                        ServerDescription.PASSWORD),
                new ValkeyEndpoint("127.0.0.1", port(ServerPort.VALKEY), 0),
                new S3Endpoint(
                        URI.create("http://127.0.0.1:" + port(ServerPort.MINIO)),
                        ServerDescription.S3_REGION,
                        ServerDescription.S3_ACCESS_KEY,
                        ServerDescription.S3_SECRET_KEY,
                        ServerDescription.BUCKET),
                new MailEndpoint(
                        "127.0.0.1",
                        port(ServerPort.MAILHOG_SMTP),
                        URI.create("http://127.0.0.1:" + port(ServerPort.MAILHOG_HTTP) + "/")));
        assertThat(Health.of(endpoints, Duration.ofSeconds(10))).hasSize(4).allMatch(Health::healthy);
    }

    private int port(ServerPort port) {
        return ports.getOrDefault(port, 0);
    }

    /** Returns nothing if it went well, else what was printed. */
    private String compose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        ports.forEach((port, number) -> builder.environment().put(port.variable(), number.toString()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue() == 0 ? "" : output;
    }
}
