package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The container images of the development environment.
 *
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public final class Images {
    /** What {@code INSIGHTDESK_DEVENV_MAILHOG_IMAGE} may say instead of an image: the tested version of Mailpit. */
    public static final String MAILPIT = "mailpit";

    private static final String FILE = "images/Dockerfile";
    private static final Pattern LINE = Pattern.compile("FROM (\\S+) AS (\\S+)");
    private static final Map<String, String> PINNED = read();

    private Images() {}

    /**
     * Returns the image of a service: what the system property {@code insightdesk.devenv.postgres.image} says, else the
     * variable {@code INSIGHTDESK_DEVENV_POSTGRES_IMAGE} (or of another service in the place of {@code postgres}), else
     * the one that this version was tested with.
     */
    public static String of(Service service) {
        return Overrides.ofThisProcess()
                .find(service.name() + "_IMAGE")
                .map(Images::resolved)
                .orElseGet(() -> pinned(service.key()));
    }

    /** Returns the variable that names another image for the service. */
    public static String variable(Service service) {
        return Overrides.PREFIX + service.name() + "_IMAGE";
    }

    /** Returns the image itself, or the tested one for which {@code image} is a short name. */
    static String resolved(String image) {
        return image.equals(MAILPIT) ? pinned(MAILPIT) : image;
    }

    static boolean isMailpit(String image) {
        return image.matches("(.*/)?mailpit([:@].*)?");
    }

    static String pinned(String name) {
        return requireNonNull(PINNED.get(name), name);
    }

    private static Map<String, String> read() {
        Map<String, String> images = new LinkedHashMap<>();
        try (InputStream in = requireNonNull(Images.class.getResourceAsStream(FILE), FILE)) {
            Matcher lines = LINE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (lines.find()) {
                images.put(lines.group(2), lines.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return images;
    }
}
