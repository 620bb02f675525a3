package io.insightdesk.devenv.servers;

import java.util.Locale;

/**
 * The servers of a development environment.
 *
 * @since 0.1.0
 */
public enum Service {
    /** The database. */
    POSTGRES,
    /** Wake-ups, caches and rate limits by the Redis protocol. */
    VALKEY,
    /** Attachments by the S3 protocol. */
    MINIO,
    /** Takes all mail and shows it instead of delivering it. */
    MAILHOG;

    /** Returns the name as it is typed in a command and used for containers: {@code postgres}, say. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the service of that {@link #key}, in whatever case.
     *
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    public static Service of(String key) {
        for (Service service : values()) {
            if (service.name().equalsIgnoreCase(key)) {
                return service;
            }
        }
        throw new IllegalArgumentException(
                "There is no service " + key + ". The services are postgres, valkey, minio and mailhog.");
    }
}
