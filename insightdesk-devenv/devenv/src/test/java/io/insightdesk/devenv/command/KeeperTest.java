package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeeperTest {
    @Test
    void aProcessThatGotTheNumberOfAKeeperIsNotTakenForIt() {
        KeeperIdentity self = KeeperIdentity.ofThisProcess();
        assertThat(self.find("insightdesk-desk-0123abcd")).isEmpty();
        assertThat(new KeeperIdentity(self.pid(), Instant.EPOCH).find("insightdesk-desk-0123abcd"))
                .isEmpty();
    }

    @Test
    void containersOutliveTheirKeeperAndAreNotCleanedUp() {
        assertThat(KeeperLauncher.forContainers(Map.of(), false))
                .containsOnly(
                        Map.entry("TESTCONTAINERS_RYUK_DISABLED", "true"),
                        Map.entry("TESTCONTAINERS_REUSE_ENABLE", "true"));
    }

    @Test
    void withinAContainerTheLocalEngineIsReachedDirectly() {
        assertThat(KeeperLauncher.forContainers(Map.of(), true))
                .containsEntry("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1");
        assertThat(KeeperLauncher.forContainers(Map.of("TESTCONTAINERS_HOST_OVERRIDE", "host"), true))
                .doesNotContainKey("TESTCONTAINERS_HOST_OVERRIDE");
        assertThat(KeeperLauncher.forContainers(Map.of("DOCKER_HOST", "tcp://other:2375"), true))
                .doesNotContainKey("TESTCONTAINERS_HOST_OVERRIDE");
    }

    @Test
    void aFailureIsReportedWithItsExitCodeInOneLine() {
        CommandFailure failure = KeeperReport.failure("failed 2 The port is taken. Choose another.");
        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure).hasMessage("The port is taken. Choose another.");
        assertThat(KeeperReport.progressOf("progress Pulling postgres")).isEqualTo("Pulling postgres");
    }
}
