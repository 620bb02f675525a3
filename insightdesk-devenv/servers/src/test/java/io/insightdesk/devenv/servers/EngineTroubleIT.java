package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read when the engine is there and cannot do what is asked of it. */
class EngineTroubleIT {
    @TempDir
    Path directory;

    @BeforeAll
    static void unixSocketsAreThere() {
        assumeTrue(!Ports.isWindows(), "the engine's address is another on Windows");
    }

    private void prepareWith(Function<String, String> answers) throws IOException {
        try (FakeEngine engine = new FakeEngine(directory, answers)) {
            Plan plan = new Plan(
                    EnumSet.of(Service.VALKEY),
                    Map.of(Service.VALKEY, "valkey/valkey:1"),
                    Map.of(),
                    null,
                    null,
                    line -> {},
                    null);
            new ContainerServers(plan, engine.uri()).prepare();
        }
    }

    @Test
    void anEngineThatSpeaksOnlyAnotherVersionIsQuoted() {
        assertThatThrownBy(
                        () -> prepareWith(
                                request -> request.contains("/_ping") && !request.contains("/v1")
                                        ? FakeEngine.answer(200, "OK")
                                        : FakeEngine.answer(
                                                400,
                                                "{\"message\":\"client version 1.32 is too old. Minimum supported API version is 1.98\"}")))
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("client version 1.32 is too old")
                .hasMessageContaining("Testcontainers");
    }

    @Test
    void aFullDiskIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> prepareWith(request -> {
                    if (request.contains("/images/create")) {
                        return FakeEngine.answer(
                                200,
                                "{\"errorDetail\":{\"message\":\"write /var/lib/docker/x: no space left on device\"},\"error\":\"x\"}\r\n");
                    }
                    return request.contains("/images/")
                            ? FakeEngine.answer(
                                    request.contains("/images/json") ? 200 : 404,
                                    request.contains("/images/json") ? "[]" : "{\"message\":\"No such image\"}")
                            : FakeEngine.answer(200, "{}");
                }))
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("no space left on device")
                .hasMessageContaining("docker system prune");
    }

    @Test
    void anEngineThatGoesAwayIsSaidSo() {
        assertThatThrownBy(() -> prepareWith(request -> request.contains("/_ping") ? FakeEngine.answer(200, "OK") : ""))
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("desk doctor");
    }
}
