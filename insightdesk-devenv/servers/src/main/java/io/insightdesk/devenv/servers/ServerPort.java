package io.insightdesk.devenv.servers;

import java.util.Locale;

/**
 * The ports that the servers of a development environment listen on.
 *
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public enum ServerPort {
    /** SQL. */
    POSTGRES(Service.POSTGRES, 5432),
    /** The Redis protocol. */
    VALKEY(Service.VALKEY, 6379),
    /** The S3 protocol. */
    MINIO(Service.MINIO, 9000),
    /** MinIO's page. The embedded S3 server has none. */
    MINIO_CONSOLE(Service.MINIO, 9001),
    /** Takes mail. */
    MAILHOG_SMTP(Service.MAILHOG, 1025),
    /** Shows mail: the page and the HTTP interface. */
    MAILHOG_HTTP(Service.MAILHOG, 8025);

    private final Service service;
    private final int wellKnown;

    ServerPort(Service service, int wellKnown) {
        this.service = service;
        this.wellKnown = wellKnown;
    }

    /** Returns whose port it is. */
    public Service service() {
        return service;
    }

    /** Returns the number that everybody expects, which is also the one inside the container. */
    public int wellKnown() {
        return wellKnown;
    }

    /** Returns the name as it is typed in a command: {@code mailhog-smtp}, say. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the environment variable that fixes the port: {@code INSIGHTDESK_DEVENV_POSTGRES_PORT}, say. */
    public String variable() {
        return Overrides.PREFIX + name() + "_PORT";
    }

    /**
     * Returns the port of that {@link #key}, in whatever case.
     *
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    public static ServerPort of(String key) {
        for (ServerPort port : values()) {
            if (port.key().equalsIgnoreCase(key.replace('_', '-'))) {
                return port;
            }
        }
        throw new IllegalArgumentException("There is no port " + key + ". The ports are postgres, valkey, minio,"
                + " minio-console, mailhog-smtp and mailhog-http.");
    }
}
