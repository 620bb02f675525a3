package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen where nothing is said. The engine is found by a variable, so that each try is a process. */
class AutoModeIT {
    @TempDir
    Path directory;

    /** Starts a Valkey as it can be had, and prints how. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) {
            try (DevEnvironment environment =
                    DevEnvironment.builder().with(Service.VALKEY).start()) {
                System.out.println("chosen: " + environment.reason());
            } catch (DevEnvironmentException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private String start(String engine, String... variables) throws Exception {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Duser.home=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("INSIGHTDESK_") || name.startsWith("TESTCONTAINERS_"));
        builder.environment().put("DOCKER_HOST", engine);
        for (int i = 0; i < variables.length; i += 2) {
            builder.environment().put(variables[i], variables[i + 1]);
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return output.lines()
                .filter(line -> line.startsWith("chosen: ") || line.startsWith("refused: "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    private static String withoutImages(String request) {
        if (request.contains("/images/json")) {
            return FakeEngine.answer(200, "[]");
        }
        return request.contains("/images/")
                ? FakeEngine.answer(404, "{\"message\":\"no such image\"}")
                : FakeEngine.answer(200, "OK");
    }

    @Test
    void embeddedWhereAnEngineHasNoImages() throws Exception {
        try (FakeEngine engine = new FakeEngine(directory, AutoModeIT::withoutImages)) {
            assertThat(start(engine.uri().toString(), "TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1"))
                    .startsWith("chosen: embedded, although an engine answers: The image valkey/valkey:");
        }
    }

    @Test
    void aNamedImageThatIsMissingIsAnError() throws Exception {
        try (FakeEngine engine = new FakeEngine(directory, AutoModeIT::withoutImages)) {
            assertThat(start(
                            engine.uri().toString(),
                            "TESTCONTAINERS_HOST_OVERRIDE",
                            "127.0.0.1",
                            "INSIGHTDESK_DEVENV_VALKEY_IMAGE",
                            "mine/valkey:1"))
                    .startsWith("refused: The image mine/valkey:1 is not on this machine");
        }
    }

    @Test
    void whatWasAskedForIsNotReplaced() throws Exception {
        try (FakeEngine engine = new FakeEngine(directory, AutoModeIT::withoutImages)) {
            assertThat(start(
                            engine.uri().toString(),
                            "TESTCONTAINERS_HOST_OVERRIDE",
                            "127.0.0.1",
                            "INSIGHTDESK_DEVENV_MODE",
                            "docker"))
                    .startsWith("refused: The image valkey/valkey:");
            assertThat(start(engine.uri().toString(), "INSIGHTDESK_DEVENV_MODE", "embedded"))
                    .isEqualTo("chosen: embedded, as asked for");
        }
    }

    @Test
    void aModeThatIsNoneIsNamed() {
        assertThatThrownBy(() -> start("unix:///none", "INSIGHTDESK_DEVENV_MODE", "podman"))
                .hasMessageContaining("There is no mode podman");
    }
}
