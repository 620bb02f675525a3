package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockIT {

    @TempDir
    private Path directory;

    private String anotherProcess() throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockMain.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Two builds on one machine: the sweep of the one must not take the server of the other for one that was left. */
    @Test
    void whoAsksAgainInTheSameProcessDoesNotLetAnotherIn() throws Exception {
        try (DirectoryLock held = DirectoryLock.acquire(directory)) {
            assertThat(held).isNotNull();
            assertThat(anotherProcess()).isEqualTo("refused");

            assertThat(DirectoryLock.tryAcquire(directory)).isNull();
            assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                    .isInstanceOf(PostgresServerException.class)
                    .hasMessageContaining("another server of this process");

            assertThat(anotherProcess()).isEqualTo("refused");
        }
        assertThat(anotherProcess()).isEqualTo("locked");
        try (DirectoryLock again = DirectoryLock.tryAcquire(directory)) {
            assertThat(again).isNotNull();
        }
    }
}
