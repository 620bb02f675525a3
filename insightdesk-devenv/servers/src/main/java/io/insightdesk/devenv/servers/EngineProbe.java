package io.insightdesk.devenv.servers;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks for a container engine where Testcontainers would, without starting anything.
 *
 * @param attempts the places that were asked, in order, up to the first that answered
 * @since 0.1.0
 */
public record EngineProbe(List<Attempt> attempts) {
    /** How long an engine has to answer before another is looked for. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(2);

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
        throw new IllegalStateException("to come");
    }

    /** Returns the engine that answered. */
    public Optional<Attempt> answering() {
        return attempts.stream().filter(Attempt::answers).findFirst();
    }
}
