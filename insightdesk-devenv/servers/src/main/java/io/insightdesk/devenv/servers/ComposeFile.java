package io.insightdesk.devenv.servers;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The development environment as a file for Docker Compose, made of the same description as the containers that
 * {@link DevEnvironment} starts.
 *
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public final class ComposeFile {
    private static final String HEAD = """
            # The servers of the development environment, for those who prefer Compose: docker compose up --wait
            # Written by ./desk compose > docker-compose.yml; a test holds it equal to what ./desk up starts.
            name: insightdesk

            services:
            """;

    private ComposeFile() {}

    /** Returns the text of the file, with the pinned images and the well-known ports. */
    public static String render() {
        StringBuilder text = new StringBuilder(HEAD);
        StringBuilder volumes = new StringBuilder();
        for (Service service : Service.values()) {
            ServerDescription description = ServerDescription.of(service, Images.pinned(service.key()), true);
            append(text, description);
            if (description.data() != null) {
                volumes.append("  ").append(service.key()).append(":\n");
            }
        }
        return text + "volumes:\n" + volumes;
    }

    private static void append(StringBuilder text, ServerDescription description) {
        String key = description.service().key();
        line(text, 1, key + ":");
        line(text, 2, "image: ${" + Images.variable(description.service()) + ":-" + description.image() + "}");
        if (!description.environment().isEmpty()) {
            line(text, 2, "environment:");
            new TreeMap<>(description.environment())
                    .forEach((name, value) -> line(text, 3, name + ": " + quoted(value)));
        }
        if (description.service() == Service.MINIO) {
            // A directory is a bucket. Otherwise somebody would have to make one first.
            line(text, 2, "entrypoint: " + list(List.of("sh", "-c")));
            line(
                    text,
                    2,
                    "command: "
                            + list(List.of("mkdir -p /data/" + ServerDescription.BUCKET + " && exec minio "
                                    + String.join(" ", description.command()))));
        } else if (!description.command().isEmpty()) {
            line(text, 2, "command: " + list(description.command()));
        }
        line(text, 2, "ports:");
        for (ServerPort port : description.ports()) {
            line(
                    text,
                    3,
                    "- "
                            + quoted("127.0.0.1:${" + port.variable() + ":-" + port.wellKnown() + "}:"
                                    + port.wellKnown()));
        }
        if (description.data() != null) {
            line(text, 2, "volumes:");
            line(text, 3, "- " + quoted(key + ":" + description.data()));
        }
        line(text, 2, "healthcheck:");
        line(text, 3, "test: " + list(description.health()));
        line(text, 3, "interval: 1s");
        line(text, 3, "timeout: 5s");
        line(text, 3, "retries: 60");
        text.append('\n');
    }

    private static void line(StringBuilder text, int depth, String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }

    private static String list(List<String> items) {
        return items.stream().map(ComposeFile::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
