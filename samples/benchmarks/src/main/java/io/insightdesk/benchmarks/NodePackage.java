package io.insightdesk.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A package from npm's registry in a directory of its own, with all that it needs. It is fetched once.
 *
 * @param directory the directory
 * @param name the package's name
 * @param version its version, exactly
 */
record NodePackage(Path directory, String name, String version) {
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(3);

    /** npm's own list of what it has installed, which it writes at the end. */
    private static final String INSTALLED = ".package-lock.json";

    /** The package, or something that it needs, is not to be had. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(String message) {
            super(message);
        }
    }

    /** Finds a program by the names that it has on one system or another, in the directories of a search path. */
    static Optional<Path> program(String searchPath, String... names) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(searchPath)
                .filter(directory -> !directory.isEmpty())
                .flatMap(directory -> Stream.of(names).map(name -> Path.of(directory, name)))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Whether it is there, whole and in this version. */
    boolean isInstalled() throws IOException {
        return Files.exists(directory.resolve("node_modules").resolve(INSTALLED))
                && versionOf(name).filter(version::equals).isPresent();
    }

    /** The version of a package that is installed in the directory. */
    Optional<String> versionOf(String dependency) throws IOException {
        Path file = directory.resolve("node_modules").resolve(dependency).resolve("package.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(
                new ObjectMapper().readTree(file.toFile()).path("version").asText());
    }

    /** What npm is to read. */
    String manifest() throws IOException {
        return new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(Map.of("private", true, "dependencies", Map.of(name, version)))
                + "\n";
    }

    /** Has npm fetch it from the registry that it is configured for. */
    void install(Path npm) throws IOException, InterruptedException, MissingException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("package.json"), manifest());
        Path log = directory.resolve("npm.log");
        List<String> command = new ArrayList<>(List.of(npm.toString(), "install"));
        command.addAll(List.of("--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"));
        // Without a network one is not to wait for it for long.
        command.addAll(List.of("--fetch-retries=1", "--fetch-retry-mintimeout=1000"));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0 || !isInstalled()) {
                throw new MissingException("npm does not get " + name + " " + version
                        + (ended ? "" : " within " + INSTALL_LIMIT.toSeconds() + " s") + "; what it says is in " + log);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
