package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineToolTest {

    private static final Map<String, String> MIGRATION =
            Map.of("APP_ENV", "production", "DATABASE_URL", "postgres://desk:hunter2@db/help");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void checkSaysThatTheSettingsAreGoodForARole() {
        assertThat(run(MIGRATION, "config", "check", "migrate")).isZero();
        assertThat(out).hasToString("The settings are good, for the role migrate in production.\n");
    }

    @Test
    void checkShowsEveryProblemAndFails() {
        assertThat(run(MIGRATION, "config", "check", "api")).isEqualTo(1);
        assertThat(out.toString())
                .contains("API_URL: is required", "JWT_SECRET: is required", "for example: BLOB_STORE=database")
                .doesNotContain("hunter2");
    }

    @Test
    void checkShowsWarningsToo() {
        Map<String, String> variables = Map.of("APP_ENV", "production", "API_URL", "https://api.example.com");

        assertThat(run(variables, "config", "check", "web")).isZero();
        assertThat(out.toString()).contains("warning: Neither MANAGEMENT_PORT nor METRICS_TOKEN is set");
    }

    @Test
    void explainShowsWhereAValueComesFromAndMasksSecrets() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "hunter2-hunter2-hunter2");
        Files.writeString(directory.resolve(".env"), "PORT=4001\n");
        Map<String, String> variables =
                Map.of("NODE_ENV", "development", "METRICS_TOKEN_FILE", file.toString(), "LOG_LEVEL", "debug");

        assertThat(run(variables, "config", "explain")).isZero();
        assertThat(out.toString())
                .contains("APP_ENV\n", "value:   development, from the environment, as NODE_ENV")
                .contains("value:   4001, from " + directory.resolve(".env"))
                .contains("value:   debug, from the environment")
                .contains("METRICS_TOKEN (secret)", "value:   ********, from the file " + file)
                .contains("value:   not set")
                .doesNotContain("hunter2");
        for (Setting setting : Setting.values()) {
            assertThat(out.toString()).contains(setting.name(), setting.rule());
        }
    }

    @Test
    void explainShowsOneSetting() {
        assertThat(run(MIGRATION, "config", "explain", "database_url")).isZero();
        assertThat(out.toString())
                .startsWith("DATABASE_URL (secret)\n")
                .contains("rule:    postgres://", "default: none", "value:   ********, from the environment")
                .doesNotContain("hunter2", "LOG_LEVEL");
    }

    @Test
    void whatIsAskedInTheWrongWayIsToldSo() {
        assertThat(run(MIGRATION, "config")).isEqualTo(2);
        assertThat(run(MIGRATION, "config", "explain", "NOTHING")).isEqualTo(2);
        assertThat(run(MIGRATION, "admin", "tenant", "create", "acme")).isEqualTo(2);
        assertThat(err.toString())
                .contains("config needs check or explain")
                .contains("There is no setting NOTHING")
                .contains("--name");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aRoleIsNoCommand() {
        assertThat(CommandLineTool.isMeant(List.of("api"))).isFalse();
        assertThat(CommandLineTool.isMeant(List.of())).isFalse();
        assertThat(run(MIGRATION, "--version")).isZero();
        assertThat(out.toString()).startsWith("InsightDesk ").doesNotContain("$");
    }

    @Test
    void keysAreGeneratedThatTheSettingsTake() {
        assertThat(run(Map.of(), "admin", "keys", "generate")).isZero();
        Map<String, String> variables = new HashMap<>(MIGRATION);
        out.toString().lines().forEach(line -> variables.put(line.split("=", 2)[0], line.split("=", 2)[1]));

        assertThat(variables).containsKeys("ENCRYPTION_KEY", "JWT_SECRET", "METRICS_TOKEN");
        assertThat(run(variables, "config", "check", "migrate")).isZero();
    }

    private int run(Map<String, String> environment, String... arguments) {
        return CommandLineTool.run(
                List.of(arguments), environment, directory, new PrintWriter(out), new PrintWriter(err));
    }
}
