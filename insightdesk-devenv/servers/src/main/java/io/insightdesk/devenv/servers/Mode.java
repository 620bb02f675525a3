package io.insightdesk.devenv.servers;

import java.util.Locale;

/**
 * How a development environment runs its servers.
 *
 * @since 0.1.0
 */
public enum Mode {
    /** In containers where an engine answers within two seconds, else embedded. */
    AUTO,
    /** In containers, by Testcontainers. */
    DOCKER,
    /** As programs and libraries on this machine, without containers. */
    EMBEDDED;

    /** Returns the name as it is typed in a command or a setting: {@code docker}, say. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the mode of that {@link #key}, in whatever case.
     *
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    public static Mode of(String key) {
        for (Mode mode : values()) {
            if (mode.name().equalsIgnoreCase(key)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("There is no mode " + key + ". The modes are auto, docker and embedded.");
    }
}
