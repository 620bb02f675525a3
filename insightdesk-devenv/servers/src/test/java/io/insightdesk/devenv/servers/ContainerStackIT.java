package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** Containers that outlive their process. They need a variable of the environment, so that each start is a process. */
@ExtendWith(ContainersAnswer.class)
class ContainerStackIT {
    private static final String STACK = "insightdesk-stack-it";

    @TempDir
    Path directory;

    /** Starts the stack's PostgreSQL and prints its port. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) {
            DevEnvironment.Builder builder = DevEnvironment.builder()
                    .mode(Mode.DOCKER)
                    .with(Service.POSTGRES)
                    .stack(STACK)
                    .keepData(Path.of(arguments[0]));
            if (arguments.length > 1) {
                builder.port(ServerPort.POSTGRES, Integer.parseInt(arguments[1]));
            }
            try (DevEnvironment environment = builder.start()) {
                System.out.println("port " + environment.postgres().port());
            }
        }
    }

    private PostgresEndpoint start(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                directory.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TESTCONTAINERS_REUSE_ENABLE", "true");
        builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        String port = output.lines()
                .filter(line -> line.startsWith("port "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output))
                .substring(5);
        return new PostgresEndpoint(
                "127.0.0.1",
                Integer.parseInt(port),
                ServerDescription.DATABASE,
                ServerDescription.USER,
                ServerDescription.PASSWORD);
    }

    private static DockerClient engine() {
        return DockerClientFactory.instance().client();
    }

    private static List<Container> containers() {
        return engine().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerServers.STACK_LABEL, STACK))
                .exec();
    }

    @AfterEach
    void removeTheStack() {
        containers()
                .forEach(container -> engine().removeContainerCmd(container.getId())
                        .withForce(true)
                        .exec());
        engine().removeVolumeCmd(STACK + "-postgres").exec();
    }

    @Test
    void aStackIsFoundAgainAndReplacedOnlyWhereItMust() throws Exception {
        PostgresEndpoint first = start();
        try (var connection = first.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table mark (id int)");
        }
        String id = only().getId();
        assertThat(only().getNames()).containsExactly("/" + STACK + "-postgres");

        // Again: the same container, though the process that started it is gone.
        assertThat(start()).isEqualTo(first);
        assertThat(only().getId()).isEqualTo(id);

        // Stopped by hand: another container on the same data.
        engine().stopContainerCmd(id).exec();
        assertMarked(start());
        assertThat(only().getId()).isNotEqualTo(id);

        // With other settings: another container on the same data.
        int port = Ports.anyFree();
        PostgresEndpoint moved = start(Integer.toString(port));
        assertThat(moved.port()).isEqualTo(port);
        assertMarked(moved);

        // Removed by hand.
        engine().removeContainerCmd(only().getId()).withForce(true).exec();
        assertMarked(start());
    }

    private static Container only() {
        assertThat(containers()).hasSize(1);
        return containers().get(0);
    }

    private static void assertMarked(PostgresEndpoint endpoint) throws java.sql.SQLException {
        try (var connection = endpoint.dataSource().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select to_regclass('mark')::text")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("mark");
        }
    }

    @Test
    void aStackThatCannotStartSaysWhy() throws Exception {
        start();
        try (var taken = new java.net.ServerSocket(0, 1, Ports.loopback())) {
            assertThatThrownBy(() -> start(Integer.toString(taken.getLocalPort())))
                    .hasMessageContaining("the port is taken");
        }
    }
}
