package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.DockerClientFactory;

@ExtendWith(ContainersAnswer.class)
class ContainerEnvironmentIT extends DevEnvironmentContract {
    @Override
    Mode mode() {
        return Mode.DOCKER;
    }

    private static DockerClient engine() {
        return DockerClientFactory.instance().client();
    }

    private static List<Container> ours() {
        return engine().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerOwner.LABEL, ContainerOwner.ofThisProcess()))
                .exec();
    }

    @Override
    void assertNothingIsLeft(DevEnvironment closed) {
        assertNothingOfThisProcessRuns();
    }

    @Override
    void assertNothingOfThisProcessRuns() {
        assertThat(ours()).isEmpty();
    }

    @Override
    void removeKeptData() {
        assertThat(removeVolumes()).hasSize(3);
    }

    private List<String> removeVolumes() {
        String prefix = "insightdesk-"
                + Integer.toHexString(
                        directory.toAbsolutePath().normalize().toString().hashCode());
        List<String> volumes = engine().listVolumesCmd().exec().getVolumes().stream()
                .map(volume -> volume.getName())
                .filter(name -> name.startsWith(prefix))
                .toList();
        volumes.forEach(name -> engine().removeVolumeCmd(name).exec());
        return volumes;
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertNothingOfThisProcessRuns();
    }

    @Test
    void aMissingImageIsNamedWithTheWayOut() {
        List<String> progress = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> builder()
                        .with(Service.VALKEY)
                        .image(Service.VALKEY, "127.0.0.1:1/no/such-image:1")
                        .progress(progress::add)
                        .start())
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("127.0.0.1:1/no/such-image:1")
                .hasMessageContaining("INSIGHTDESK_DEVENV_VALKEY_IMAGE");
        assertThat(progress).containsExactly("Pulling 127.0.0.1:1/no/such-image:1");
    }

    @Test
    void anImageOfAnotherServiceEndsInAMessage() {
        assertThatThrownBy(() -> builder()
                        .with(Service.POSTGRES, Service.VALKEY)
                        .image(Service.POSTGRES, Images.of(Service.VALKEY))
                        .start())
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining(Images.of(Service.VALKEY))
                .hasMessageContaining("INSIGHTDESK_DEVENV_POSTGRES_IMAGE");
        assertNothingOfThisProcessRuns();
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNext() {
        String gone = ContainerOwner.ofThisProcess() + "0";
        assertThat(ContainerOwner.hasGone(gone)).isTrue();
        assertThat(ContainerOwner.hasGone(ContainerOwner.ofThisProcess())).isFalse();
        assertThat(ContainerOwner.hasGone("elsewhere 1 1")).isFalse();
        String id = engine().createContainerCmd(Images.of(Service.VALKEY))
                .withLabels(Map.of(ContainerOwner.LABEL, gone))
                .exec()
                .getId();
        try (DevEnvironment environment = builder().with(Service.VALKEY).start()) {
            assertThat(environment.services()).containsExactly(Service.VALKEY);
            assertThat(ours()).hasSize(1);
            assertThat(engine().listContainersCmd().withShowAll(true).exec())
                    .extracting(Container::getId)
                    .doesNotContain(id);
        }
    }

    @Test
    void onlyDatabasesThatAreThrownAwayAreInMemory() {
        Long memory = engine().infoCmd().exec().getMemTotal();
        org.junit.jupiter.api.Assumptions.assumeTrue(
                memory != null && memory / 2 >= MemoryData.ROOM, "the engine has no room in memory");
        try (DevEnvironment environment = builder().with(Service.POSTGRES).start()) {
            assertThat(environment.services()).containsExactly(Service.POSTGRES);
            assertThat(inMemory()).containsOnlyKeys("/var/lib/postgresql/data");
        }
        try (DevEnvironment environment =
                builder().with(Service.POSTGRES).keepData(directory).start()) {
            assertThat(environment.services()).containsExactly(Service.POSTGRES);
            assertThat(inMemory()).isEmpty();
        }
        removeVolumes();
    }

    private static Map<String, String> inMemory() {
        String id = ours().get(0).getId();
        Map<String, String> mounts =
                engine().inspectContainerCmd(id).exec().getHostConfig().getTmpFs();
        return mounts == null ? Map.of() : mounts;
    }

    @Test
    void aStackNeedsReuse() {
        org.junit.jupiter.api.Assumptions.assumeFalse(
                org.testcontainers.utility.TestcontainersConfiguration.getInstance()
                        .environmentSupportsReuse());
        assertThatThrownBy(() -> builder().stack("insightdesk-test").start())
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("TESTCONTAINERS_REUSE_ENABLE=true");
    }

    @Test
    void whatTestcontainersFetchesBesidesIsKnown() throws Exception {
        // Constants of Testcontainers that it does not publish.
        assertThat(classFile("utility/RyukContainer")).contains(ContainerServers.RYUK);
        assertThat(classFile("DockerClientFactory")).contains(ContainerServers.TINY);
    }

    private static String classFile(String name) throws java.io.IOException {
        try (var in = DockerClientFactory.class.getResourceAsStream("/org/testcontainers/" + name + ".class")) {
            return new String(
                    java.util.Objects.requireNonNull(in, name).readAllBytes(),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }
}
