package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with containers, where an engine answers that has the images. */
class ContainerCommandIT {
    @TempDir
    private Path temporary;

    private Path directory;
    private DeskRunner desk;
    private StackContainers engine;

    @BeforeEach
    void makeACheckoutIfAnEngineAnswers() throws IOException {
        Optional<StackContainers> found = StackContainers.find();
        assumeTrue(found.isPresent(), "no container engine answers");
        engine = found.get();
        assumeTrue(
                engine.images().contains(Images.of(Service.VALKEY))
                        && engine.images().contains(Images.of(Service.POSTGRES)),
                "the engine has not the images");
        directory = Files.createDirectory(temporary.resolve("containers"));
        desk = new DeskRunner(directory);
    }

    @AfterEach
    void leaveNothing() {
        if (desk != null) {
            DeskRunner.Result down = desk.run("down", "--volumes");
            assertThat(down.exitCode()).as(down.err()).isZero();
            assertThat(engine.of(desk.checkout().stack())).isEmpty();
            assertThat(engine.removeVolumes(desk.checkout().stack())).isZero();
            assertThat(directory).isEmptyDirectory();
        }
    }

    private static String[] up() {
        List<String> arguments = new ArrayList<>(List.of("up", "--mode", "docker", "--with", "valkey,postgres"));
        for (ServerPort port : List.of(ServerPort.VALKEY, ServerPort.POSTGRES)) {
            arguments.addAll(List.of("--port", port.key() + "=0"));
        }
        return arguments.toArray(String[]::new);
    }

    @Test
    void containersOutliveTheCommandAndAreFoundWithoutAStateFile() throws IOException {
        DeskRunner.Result up = desk.run(up());
        assertThat(up.exitCode()).as(up.err()).isZero();
        StackState state = StateFile.read(desk.checkout().stateFile()).orElseThrow();
        assertThat(state.mode()).isEqualTo(Mode.DOCKER);
        assertThat(state.keeper()).isNull();
        List<StackContainers.Found> containers = engine.of(state.name());
        assertThat(containers)
                .extracting(StackContainers.Found::name)
                .containsExactly(state.name() + "-postgres", state.name() + "-valkey");

        Files.delete(desk.checkout().stateFile());
        DeskRunner.Result status = desk.run("status");
        assertThat(status.exitCode()).as(status.out()).isZero();
        assertThat(status.out()).contains("found again");
        assertThat(desk.run("env").out()).contains(String.valueOf(state.ports().get(ServerPort.VALKEY)));

        DeskRunner.Result again = desk.run("up", "--with", "valkey,postgres");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(StateFile.read(desk.checkout().stateFile()).orElseThrow().ports())
                .isEqualTo(state.ports());
    }

    @Test
    void aContainerThatWasRemovedByHandIsMissedAndComesBackWithItsPortAndItsData() throws IOException {
        assertThat(desk.run(up()).exitCode()).isZero();
        StackState state = StateFile.read(desk.checkout().stateFile()).orElseThrow();
        engine.remove(engine.of(state.name()).stream()
                .filter(container -> container.service() == Service.VALKEY)
                .toList());
        DeskRunner.Result status = desk.run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.out()).contains("missing", "its container was removed; «desk up» brings it back");
        assertThat(desk.run("up").exitCode()).isZero();
        assertThat(StateFile.read(desk.checkout().stateFile()).orElseThrow().ports())
                .isEqualTo(state.ports());
        assertThat(desk.run("logs", "valkey").out()).contains("Ready to accept connections");
    }

    @Test
    void aFailureLeavesNoContainer() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            DeskRunner.Result up = desk.run(
                    "up",
                    "--mode=docker",
                    "--with=valkey,postgres",
                    "--port=postgres=0",
                    "--port=valkey=" + taken.getLocalPort());
            assertThat(up.exitCode()).as(up.err()).isEqualTo(2);
            assertThat(up.err()).contains("the port is taken");
        }
        assertThat(engine.of(desk.checkout().stack())).isEmpty();
    }
}
