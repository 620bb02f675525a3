package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.insightdesk.devenv.servers.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a stack while others use them, and answers over HTTP. */
class StackFilesIT {
    @TempDir
    private Path directory;

    @Test
    void aStateThatIsReadWhileItIsWrittenIsTheOldOneOrTheNew()
            throws InterruptedException, ExecutionException, IOException {
        Path file = directory.resolve("stack.json");
        StackState one = StackStateTest.EMBEDDED;
        StackState other = StackStateTest.CONTAINERS;
        StateFile.write(file, one);
        FutureTask<Void> writer = new FutureTask<>(() -> {
            for (int i = 0; i < 200; i++) {
                StateFile.write(file, i % 2 == 0 ? other : one);
            }
            return null;
        });
        new Thread(writer, "writer").start();
        while (!writer.isDone()) {
            assertThat(StateFile.read(file).orElseThrow()).isIn(one, other);
        }
        writer.get();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theFirstKeeperWritesItsClassesDownAndTheNextReadThem() throws IOException {
        Path archive = directory.resolve("keeper-docker.jsa");
        assertThat(KeeperLauncher.classArchive(directory.toString(), Mode.DOCKER))
                .contains("-XX:ArchiveClassesAtExit=" + archive);
        Files.createFile(archive);
        assertThat(KeeperLauncher.classArchive(directory.toString(), Mode.DOCKER))
                .contains("-XX:SharedArchiveFile=" + archive);
        assertThat(KeeperLauncher.classArchive(directory.toString(), Mode.EMBEDDED))
                .contains("-XX:ArchiveClassesAtExit=" + directory.resolve("keeper-embedded.jsa"));
        assertThat(KeeperLauncher.classArchive(null, Mode.DOCKER)).isEmpty();
    }

    @Test
    void aLockThatNobodyHasIsNotHeldAndCanBeTakenAgain() {
        Path file = directory.resolve("deep").resolve("lock");
        assertThat(StackLock.isHeld(file)).isFalse();
        for (int i = 0; i < 2; i++) {
            StackLock lock = Objects.requireNonNull(StackLock.tryAcquire(file));
            lock.close();
        }
        assertThat(StackLock.isHeld(file)).isFalse();
    }

    @Test
    void aLogIsReadFromNearItsEndAndMayHaveNoLastNewline() throws IOException, InterruptedException {
        Path log = directory.resolve("a.log");
        Files.writeString(log, "one\ntwo\n".repeat(5000) + "three\nfour");
        List<String> lines = new ArrayList<>();
        new LogFile(log).read(2, false, lines::add);
        assertThat(lines).containsExactly("two", "three", "four");
        assertThatThrownBy(() -> new LogFile(directory.resolve("none")).read(1, false, lines::add))
                .hasMessageContaining("desk status");
    }

    @Test
    void aReportIsReadInWholeLines() throws IOException {
        Path file = directory.resolve("start.txt");
        KeeperReport report = new KeeperReport(file);
        assertThat(report.lines()).isEmpty();
        report.begin();
        report.progress("Pulling\npostgres");
        Files.writeString(file, "read", StandardOpenOption.APPEND);
        assertThat(report.lines()).containsExactly("progress Pulling postgres");
    }

    @Test
    void aServerIsAskedWhetherItLivesAndIsReady() throws IOException, InterruptedException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        answer(server, "/desk/health/live", 200, "{\"status\":\"UP\",\"checks\":{}}");
        answer(
                server,
                "/desk/health/ready",
                503,
                "{\"status\":\"DOWN\",\"checks\":{\"database\":{\"status\":\"DOWN\",\"detail\":\"refused\"}}}");
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            ServerHealth health = ServerHealth.ask(URI.create(address + "/desk"));
            assertThat(health.live()).isTrue();
            assertThat(health.ready()).isFalse();
            assertThat(ServerHealth.ask(URI.create(address)).detail()).contains("404", "InsightDesk server?");
            DeskRunner.Result result = new DeskRunner(directory).run("health", address + "/desk");
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.out()).contains("database", "DOWN", "refused");
        } finally {
            server.stop(0);
        }
        assertThat(ServerHealth.ask(URI.create(address)).detail()).contains("nobody listens", "started?");
    }

    @Test
    void theDoctorLooksAtThisMachineAndChangesNothing() throws IOException {
        DeskRunner.Result result = new DeskRunner(directory).run("doctor");
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out()).contains("java: Java", "PostgreSQL is on the class path", "GB left");
        assertThat(new DeskRunner(directory).run("doctor", "--json").out()).contains("\"findings\"");
        assertThat(directory).isEmptyDirectory();
    }

    private static void answer(HttpServer server, String path, int status, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
