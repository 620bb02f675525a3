package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.Health;
import io.insightdesk.InsightDesk;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.TestValkey;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees of the Valkey: with the client and without it, in health and in the log. */
class ValkeyHostIT {

    private static final Pattern CLIENT =
            Pattern.compile("(lettuce|netty|reactor|reactive-streams|redis-authx)[^/]*\\.jar$");

    private static ScratchDatabase scratch;
    private static TestValkey valkey;

    @TempDir
    private Path directory;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
        valkey = new TestValkey();
    }

    @AfterAll
    static void close() {
        valkey.close();
        scratch.close();
    }

    private String run(String uri, Predicate<String> jars, String... options) throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                        .splitAsStream(path)
                        .filter(jars)
                        .collect(Collectors.joining(File.pathSeparator))));
        command.addAll(List.of(options));
        try (Connection connection = scratch.dataSource().getConnection()) {
            command.addAll(List.of(
                    ValkeyHost.class.getName(),
                    connection.getMetaData().getURL(),
                    connection.getMetaData().getUserName(),
                    uri));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        return said;
    }

    private static boolean withoutClient(String jar) {
        return !CLIENT.matcher(jar).find();
    }

    @Test
    void withoutTheClientOnTheClassPathAllIsWellAsLongAsNoValkeyIsConfigured() throws Exception {
        assertThat(run(ValkeyHost.NONE, ValkeyHostIT::withoutClient))
                .contains("HEALTH Health[status=UP")
                .doesNotContain("name=valkey", "NoClassDefFoundError", "REFUSED");
        assertThat(run(valkey.uri(), ValkeyHostIT::withoutClient))
                .contains("REFUSED /valkey: A Valkey needs io.lettuce:lettuce-core on the class path")
                .doesNotContain("NoClassDefFoundError", "HEALTH");
    }

    @Test
    void whereNoValkeyIsConfiguredNothingOfTheClientIsLoaded() throws Exception {
        assertThat(run(ValkeyHost.NONE, jar -> true, "-verbose:class"))
                .contains("HEALTH Health[status=UP", JobFeature.class.getName())
                .doesNotContain("io.lettuce", "io.netty", ValkeyWire.class.getName() + " ");
    }

    @Test
    void thePasswordIsInNoLineOfTheLog() throws Exception {
        Path logging = directory.resolve("logback.xml");
        Files.writeString(logging, """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%level %logger %msg%n%ex</pattern></encoder>
                  </appender>
                  <logger name="io.insightdesk" level="trace"/>
                  <root level="debug"><appender-ref ref="out"/></root>
                </configuration>
                """);
        String option = "-Dlogback.configurationFile=" + logging;
        valkey.require("open-sesame");
        try {
            assertThat(run(valkey.uri(), jar -> true, option))
                    .contains("HEALTH Health[status=UP", "name=valkey, status=UP", "DEBUG io.lettuce")
                    .contains("Valkey at " + valkey.hostAndPort())
                    .doesNotContain("open-sesame");
            assertThat(run("redis://desk:shut-sesame@" + valkey.hostAndPort(), jar -> true, option))
                    .contains("HEALTH Health[status=DEGRADED", "name=valkey, status=DEGRADED")
                    .contains("WARN " + SignalListener.class.getName() + " The Valkey at " + valkey.hostAndPort())
                    .contains("are found by polling (WRONGPASS")
                    .doesNotContain("shut-sesame");
        } finally {
            valkey.kill();
            valkey.restart();
        }
    }

    @Test
    void healthKnowsTheValkeyAndIsNotDownWithoutIt() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(scratch.dataSource());
        try (HikariDataSource pool = new HikariDataSource(config);
                InsightDesk desk = InsightDesk.builder()
                        .dataSource(pool)
                        .workRole("scratch_work")
                        .valkey(valkey.uri())
                        .build()) {
            desk.workers().start();
            await().until(() -> check(desk) == Health.Status.UP && desk.health().status() == Health.Status.UP);

            valkey.kill();
            await().until(() -> check(desk) == Health.Status.DEGRADED);
            assertThat(desk.health().status()).isEqualTo(Health.Status.DEGRADED);

            valkey.restart();
            await().until(() -> desk.health().status() == Health.Status.UP);

            valkey.pause();
            await().until(() -> check(desk) == Health.Status.DEGRADED);
            valkey.resume();
            await().until(() -> desk.health().status() == Health.Status.UP);
        }
    }

    private static Health.Status check(InsightDesk desk) {
        return desk.health().checks().stream()
                .filter(check -> check.name().equals("valkey"))
                .findAny()
                .orElseThrow()
                .status();
    }
}
