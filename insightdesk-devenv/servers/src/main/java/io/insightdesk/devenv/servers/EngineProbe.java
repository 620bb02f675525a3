package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Looks for a container engine where Testcontainers would, without starting anything.
 *
 * @param attempts the places that were asked, in order, up to the first that answered
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public record EngineProbe(List<Attempt> attempts) {
    /** How long an engine has to answer before another is looked for. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(2);

    private static final URI WINDOWS_PIPE = URI.create("npipe:////./pipe/docker_engine");

    /** Copies the list. */
    public EngineProbe {
        attempts = List.copyOf(attempts);
    }

    /**
     * A place that was asked.
     *
     * @param endpoint the engine's address: {@code unix:///var/run/docker.sock}, say
     * @param source why it was asked: {@code DOCKER_HOST}, say
     * @param answers whether an engine answered
     * @param detail the engine's version, or what went wrong
     */
    public record Attempt(URI endpoint, String source, boolean answers, String detail) {}

    /** Asks each place in turn, all together for at most {@code limit}. */
    public static EngineProbe run(Duration limit) {
        return run(candidates(System.getenv(), Path.of(System.getProperty("user.home")), Ports.isWindows()), limit);
    }

    static EngineProbe run(Map<URI, String> candidates, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<Attempt> attempts = new ArrayList<>();
        for (Map.Entry<URI, String> candidate : candidates.entrySet()) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Attempt attempt = EnginePing.send(candidate.getKey(), candidate.getValue(), left);
            attempts.add(attempt);
            if (attempt.answers()) {
                break;
            }
        }
        return new EngineProbe(attempts);
    }

    /** The addresses that Testcontainers tries, each with the reason why. */
    static Map<URI, String> candidates(Map<String, String> environment, Path home, boolean windows) {
        Map<URI, String> candidates = new LinkedHashMap<>();
        Properties file = testcontainersProperties(home.resolve(".testcontainers.properties"));
        add(candidates, file.getProperty("tc.host"), "tc.host in ~/.testcontainers.properties");
        add(candidates, environment.get("DOCKER_HOST"), "DOCKER_HOST");
        add(candidates, file.getProperty("docker.host"), "docker.host in ~/.testcontainers.properties");
        if (windows) {
            candidates.putIfAbsent(WINDOWS_PIPE, "the usual pipe");
            return candidates;
        }
        candidates.putIfAbsent(URI.create("unix:///var/run/docker.sock"), "the usual socket");
        String runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            addSocket(candidates, Path.of(runtime, "docker.sock"), "a rootless engine");
        }
        addSocket(candidates, home.resolve(".docker/run/docker.sock"), "Docker Desktop or a rootless engine");
        addSocket(candidates, home.resolve(".docker/desktop/docker.sock"), "Docker Desktop");
        return candidates;
    }

    private static void add(Map<URI, String> candidates, @org.jspecify.annotations.Nullable String uri, String source) {
        if (uri == null || uri.isBlank()) {
            return;
        }
        try {
            candidates.putIfAbsent(URI.create(uri.strip()), source);
        } catch (IllegalArgumentException e) {
            candidates.putIfAbsent(URI.create("invalid:address"), source + " is no address: " + e.getMessage());
        }
    }

    private static void addSocket(Map<URI, String> candidates, Path socket, String source) {
        if (Files.exists(socket)) {
            candidates.putIfAbsent(URI.create("unix://" + socket), source);
        }
    }

    private static Properties testcontainersProperties(Path file) {
        Properties properties = new Properties();
        if (Files.isReadable(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            } catch (IOException e) {
                throw new DevEnvironmentException(
                        file + " cannot be read: " + e.getMessage() + ". Mend or delete it.", e);
            }
        }
        return properties;
    }

    /** Returns the engine that answered. */
    public Optional<Attempt> answering() {
        return attempts.stream().filter(Attempt::answers).findFirst();
    }

    /** Returns in one line why no engine answered. */
    String failure() {
        return attempts.stream()
                .map(attempt -> attempt.endpoint() + " (" + attempt.source() + "): " + attempt.detail())
                .reduce((one, other) -> one + "; " + other)
                .orElse("nothing to ask");
    }
}
