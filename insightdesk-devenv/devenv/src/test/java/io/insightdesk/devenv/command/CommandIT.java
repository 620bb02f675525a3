package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.ServerPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with embedded servers, which every machine has. */
class CommandIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temporary;

    private Path directory;
    private DeskRunner desk;

    @BeforeEach
    void makeACheckout() throws IOException {
        directory = Files.createDirectory(temporary.resolve("Checkout one"));
        desk = new DeskRunner(directory);
    }

    @AfterEach
    void leaveNothing() {
        assertThat(desk.run("down", "--volumes").exitCode()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    /** Any free ports, so that the stack of a developer may run meanwhile. */
    private static String[] upOnFreePorts(String... more) {
        List<String> arguments = new ArrayList<>(List.of("up", "--mode", "embedded"));
        for (ServerPort port : ServerPort.values()) {
            arguments.addAll(List.of("--port", port.key() + "=0"));
        }
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void aStackIsStartedShownUsedEndedAndFoundAgain() throws IOException, SQLException {
        DeskRunner.Result up = desk.run(upOnFreePorts());
        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.out())
                .contains("postgresql://127.0.0.1:", "redis://127.0.0.1:", "http://127.0.0.1:", "devenv.env");
        assertThat(up.out() + up.err()).doesNotContain("insightdesk-secret").doesNotContain(":insightdesk@");

        StackState state = state();
        JsonNode status = JSON.readTree(desk.run("status", "--json").out());
        assertThat(status.path("services"))
                .hasSize(4)
                .allMatch(service -> service.path("healthy").asBoolean());
        assertThat(desk.run("health").out()).contains("PostgreSQL 17", "PONG");

        DeskRunner.Result env = desk.run("env");
        assertThat(Files.readString(desk.checkout().envFile())).endsWith(env.out());
        assertThat(Files.getPosixFilePermissions(desk.checkout().envFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(desk.checkout().stateFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        DeskRunner.Result again = desk.run("up");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).startsWith("The servers are up");
        assertThat(state()).isEqualTo(state);

        execute(state, "create table kept as select 1 as id");
        assertThat(desk.run("logs", "postgres", "--tail", "5").out()).contains("ready to accept connections");

        assertThat(desk.run("down").exitCode()).isZero();
        assertThat(Files.exists(desk.checkout().envFile())).isFalse();
        DeskRunner.Result down = desk.run("status");
        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.out()).contains("«desk up» starts them");

        assertThat(desk.run("up", "--mode", "embedded").exitCode()).isZero();
        assertThat(state().ports()).isEqualTo(state.ports());
        execute(state(), "select id from kept");
    }

    @Test
    void whatIsUpIsNotChangedByTheWay() throws IOException {
        assertThat(desk.run(upOnFreePorts("--with", "valkey,mailhog")).exitCode())
                .isZero();
        assertThat(desk.run("up", "--with", "valkey").exitCode()).isZero();
        DeskRunner.Result more = desk.run("up", "--with", "postgres");
        assertThat(more.exitCode()).isEqualTo(2);
        assertThat(more.err()).contains("it has no postgres", "desk down");
        assertThat(desk.run("logs", "postgres").exitCode()).isEqualTo(2);
        assertThat(desk.run("db", "migrate").err()).contains("no postgres");
        assertThat(state().endpoints().services()).hasSize(2);
    }

    @Test
    void aCommandThatIsKilledLeavesAStackThatComesUp() throws IOException {
        Process up = desk.start(temporary.resolve("up.txt"), upOnFreePorts("--with", "postgres"));
        await().atMost(LIMIT).until(() -> Files.exists(desk.checkout().keeperFile()));
        up.destroyForcibly();
        await().atMost(LIMIT).until(() -> desk.run("status").exitCode() == 0);
        assertThat(desk.run("up").out()).startsWith("The servers are up");
    }

    @Test
    void aKeeperThatIsKilledIsMissedAndReplaced() throws IOException {
        assertThat(desk.run(upOnFreePorts("--with", "valkey")).exitCode()).isZero();
        StackState before = state();
        keeper().destroyForcibly();
        await().atMost(LIMIT).until(() -> desk.run("status").exitCode() == 1);
        assertThat(desk.run("status").out()).contains("stopped", "is gone; «desk up» brings it back");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(desk.run("up").exitCode()).isZero());
        assertThat(state().ports()).isEqualTo(before.ports());
        assertThat(state().keeper()).isNotEqualTo(before.keeper());
        assertThat(desk.run("status").exitCode()).isZero();
    }

    @Test
    void aPortThatWasAskedForAndIsTakenIsRefusedAndNothingIsLeftRunning() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            DeskRunner.Result up = desk.run(
                    "up",
                    "--mode=embedded",
                    "--with=postgres,valkey",
                    "--port=postgres=0",
                    "--port=valkey=" + taken.getLocalPort());
            assertThat(up.exitCode()).as(up.err()).isEqualTo(2);
            assertThat(up.err()).contains("the port is taken", "--port valkey=");
        }
        DeskRunner.Result status = desk.run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(new KeeperProcess(desk.checkout()).isAlive()).isFalse();
    }

    @Test
    void twoCommandsAtOnceStartOneStack() throws IOException, InterruptedException {
        String[] arguments = upOnFreePorts("--with", "valkey");
        Process one = desk.start(temporary.resolve("one.txt"), arguments);
        Process other = desk.start(temporary.resolve("other.txt"), arguments);
        assertThat(one.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(other.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(temporary.resolve("one.txt")) + Files.readString(temporary.resolve("other.txt"));
        assertThat(one.exitValue() + other.exitValue()).as(said).isZero();
        assertThat(said).contains("The servers are ready after", "The servers are up");
    }

    @Test
    void aDatabaseIsOnlyEmptiedAfterAYesAndOnlyWhereNobodyNeedsIt() {
        desk.run(upOnFreePorts("--with", "postgres"));
        DeskRunner.Result unasked = desk.run("db", "reset");
        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err()).contains("Say --yes");
        DeskRunner.Result no = desk.runWithInput("no\n", new Terminal(true, false, false, false), "db", "reset");
        assertThat(no.exitCode()).isEqualTo(2);
        assertThat(no.err()).contains("Nothing was changed");
        DeskRunner.Result production =
                new DeskRunner(directory).with("APP_ENV", "production").run("db", "reset", "--yes");
        assertThat(production.exitCode()).isEqualTo(2);
        assertThat(production.err()).contains("for development and test only");

        DeskRunner.Result migrated = desk.run("db", "migrate");
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(migrated.err()).contains("of the stack").doesNotContain(":insightdesk@");
    }

    @Test
    void aDamagedStateIsExplained() throws IOException {
        AtomicFiles.write(desk.checkout().stateFile(), "{\"format\":");
        DeskRunner.Result status = desk.run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.err()).contains("is damaged", "Delete it");
        Files.delete(desk.checkout().stateFile());
    }

    private ProcessHandle keeper() {
        return new KeeperProcess(desk.checkout()).find().orElseThrow();
    }

    private StackState state() {
        return StateFile.read(desk.checkout().stateFile()).orElseThrow();
    }

    private static void execute(StackState state, String sql) throws SQLException {
        PostgresEndpoint postgres = Objects.requireNonNull(state.endpoints().postgres());
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
