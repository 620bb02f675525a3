package io.insightdesk.devenv.servers;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the servers will run, and why.
 *
 * @param mode containers or embedded
 * @param reason why, in one line
 * @param engine the container engine; null if embedded
 */
record ModeChoice(Mode mode, String reason, @Nullable URI engine) {
    private static final String LIBRARY = "org/testcontainers/containers/GenericContainer.class";

    static ModeChoice make(Mode wanted) {
        if (wanted == Mode.EMBEDDED) {
            return new ModeChoice(Mode.EMBEDDED, "embedded, as asked for", null);
        }
        boolean library = ModeChoice.class.getClassLoader().getResource(LIBRARY) != null;
        if (!library) {
            if (wanted == Mode.DOCKER) {
                throw new DevEnvironmentException(
                        "Containers were asked for, but Testcontainers is not on the class path:"
                                + " depend on io.insightdesk:insightdesk-devenv.");
            }
            return new ModeChoice(Mode.EMBEDDED, "embedded, because Testcontainers is not on the class path", null);
        }
        EngineProbe probe = EngineProbe.run(EngineProbe.DEFAULT_LIMIT);
        Optional<EngineProbe.Attempt> engine = probe.answering();
        if (engine.isPresent()) {
            EngineProbe.Attempt found = engine.get();
            String obstacle = wanted == Mode.DOCKER ? null : ContainerServers.obstacle(found.endpoint());
            if (obstacle != null) {
                return embeddedAlthough(obstacle);
            }
            String why = wanted == Mode.DOCKER ? "as asked for" : "because an engine answers";
            return new ModeChoice(
                    Mode.DOCKER,
                    "containers, " + why + " (" + found.endpoint() + ", " + found.detail() + ")",
                    found.endpoint());
        }
        if (wanted == Mode.DOCKER) {
            throw new DevEnvironmentException(
                    "Containers were asked for, but no engine answers. Start one («desk doctor»"
                            + " looks closer), or take mode embedded. What was tried: " + probe.failure());
        }
        return new ModeChoice(Mode.EMBEDDED, "embedded, because no container engine answers: " + probe.failure(), null);
    }

    static ModeChoice embeddedAlthough(String obstacle) {
        return new ModeChoice(Mode.EMBEDDED, "embedded, although an engine answers: " + obstacle, null);
    }
}
