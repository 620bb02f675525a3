package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program in a JVM of its own, which is not always asked before it ends. */
class KilledServerIT {

    private static final String NEW_TICKET = """
            {"subject": "Written before the end", "message": {"text": "Still there?"},
             "requester": {"email": "grace@example.com", "name": "Grace"}}""";

    @TempDir
    private Path directory;

    @Test
    void dataAndTokenSurviveAKillAndNothingIsLeftAfterAStop() throws Exception {
        Process first = start("first");
        Api api = Api.of(ready(first));
        api.post("/api/v1/tickets", NEW_TICKET);
        first.destroyForcibly().waitFor();
        Files.move(directory.resolve(".insightdesk/dev.env"), directory.resolve("old.env"));
        Files.copy(directory.resolve("old.env"), directory.resolve(".insightdesk/dev.env"));
        Files.setLastModifiedTime(directory.resolve(".insightdesk/dev.env"), FileTime.fromMillis(0));

        Process second = start("second");
        Api again = Api.of(ready(second));

        assertThat(again.token()).isEqualTo(api.token());
        assertThat(again.get("/api/v1/tickets?limit=1")
                        .get("items")
                        .get(0)
                        .get("subject")
                        .asText())
                .isEqualTo("Written before the end");
        // What the server has started ends with it.
        var children = second.descendants().toList();
        second.destroy();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isZero();
        await().atMost(Duration.ofSeconds(20)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void withoutAnEnvironmentItRefusesToStart() throws Exception {
        ProcessBuilder builder = command();
        builder.environment().remove("APP_ENV");
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).contains("APP_ENV: is required").doesNotContain("Exception");
    }

    private Path ready(Process process) {
        Path file = directory.resolve(".insightdesk/dev.env");
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(process.isAlive()).isTrue();
            return Files.exists(file) && Files.getLastModifiedTime(file).toMillis() > 0;
        });
        return file;
    }

    private Process start(String name) throws IOException {
        ProcessBuilder builder = command();
        builder.environment()
                .putAll(Map.of(
                        "APP_ENV", "development",
                        "PORT", "0",
                        "INSIGHTDESK_SMTP_PORT", "0",
                        "MAIL_CATCHER_HTTP_PORT", "0",
                        "MAIL_CATCHER_SMTP_PORT", "0"));
        builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile());
        return builder.start();
    }

    private ProcessBuilder command() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.environment().keySet().removeIf(name -> name.equals("NODE_ENV"));
        builder.directory(directory.toFile());
        return builder;
    }
}
