package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as an image has it: the layers of libraries and application in one directory, and {@code java -jar}. */
class PackagedServerIT {

    private static final Path LAYERS = Path.of("target", "layers");

    @TempDir
    private Path directory;

    @BeforeEach
    void assemble() throws IOException {
        for (String layer : List.of("libraries", "application")) {
            copy(LAYERS.resolve(layer), directory);
        }
    }

    @Test
    void theLayersHaveEveryLibraryOnce() throws IOException {
        assertThat(names(LAYERS.resolve("libraries/lib"))).noneMatch(name -> name.startsWith("insightdesk-"));
        List<String> all = new ArrayList<>();
        for (String layer : List.of("libraries", "application", "development")) {
            all.addAll(names(LAYERS.resolve(layer + "/lib")));
        }
        assertThat(all)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(names(Path.of("target", "lib")).stream()
                        .filter(name -> name.endsWith(".jar"))
                        .toList());
    }

    @Test
    void theJarChecksAndExplainsSettings() throws Exception {
        Map<String, String> web = Map.of("APP_ENV", "production", "API_URL", "https://api.example.com");

        Ran good = run(web, "config", "check", "web");
        assertThat(good.code()).as(good.said()).isZero();
        Ran bad = run(Map.of("APP_ENV", "production"), "config", "check");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.said()).contains("DATABASE_URL: is required");
        assertThat(run(web, "config", "explain", "API_URL").said())
                .contains("value:   https://api.example.com, from the environment");
        assertThat(run(web, "--version").said()).startsWith("InsightDesk ").doesNotContain("${");
    }

    @Test
    void theJarRefusesToRunWithoutAnEnvironment() throws Exception {
        Ran refused = run(Map.of());

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.said()).contains("APP_ENV: is required").doesNotContain("\tat ");
    }

    @Test
    void theJarMigratesAndAdministersWithoutTheProgramsOfDevelopment() throws Exception {
        Map<String, String> settings = ServerProcess.settings(new TestDatabase().url());

        Ran migrated = run(settings, "migrate");
        assertThat(migrated.code()).as(migrated.said()).isZero();
        Ran made = run(settings, "admin", "tenant", "create", "acme", "--name", "Acme");
        assertThat(made.code()).as(made.said()).isZero();
        assertThat(run(settings, "admin", "tenant", "list").said())
                .startsWith("acme\t")
                .hasLineCount(1);
    }

    @Test
    void theJarRunsAndStops() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        List<String> command = List.of(
                java(), "-jar", directory.resolve("insightdesk-server.jar").toString());
        try (ServerProcess all =
                ServerProcess.startCommand(directory, ServerProcess.settings(database.url()), command, "all")) {
            assertThat(all.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(all.get("/reference/").statusCode()).isEqualTo(200);
            assertThat(all.log().lines()).allMatch(line -> line.startsWith("{"));
            all.terminate();
            assertThat(all.exitCode()).isZero();
        }
    }

    /** How a command ended. */
    private record Ran(int code, String said) {}

    private Ran run(Map<String, String> settings, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                java(), "-jar", directory.resolve("insightdesk-server.jar").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        ServerProcess.only(builder.environment(), settings);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), said);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (target.endsWith("insightdesk-server.jar")) {
                    // Java looks for the libraries beside the file that a link leads to.
                    Files.copy(file, target);
                } else {
                    Files.createSymbolicLink(target, file.toAbsolutePath());
                }
            }
        }
    }
}
