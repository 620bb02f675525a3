package io.insightdesk.devenv.servers;

import java.net.URI;

/**
 * Where a Valkey, or a server that speaks the Redis protocol as it does, is. It asks for no password.
 *
 * @param host the name or address of the machine
 * @param port the port
 * @param database the number of the logical database, from 0
 * @since 0.1.0
 */
public record ValkeyEndpoint(String host, int port, int database) {
    /** The logical databases that every server of a development environment has. */
    public static final int DATABASES = 1024;

    /** Returns the address as {@code VALKEY_URL} and Lettuce take it: {@code redis://…}. */
    public URI uri() {
        return URI.create("redis://" + host + ":" + port + (database == 0 ? "" : "/" + database));
    }

    /** Returns the same server's other logical database. */
    public ValkeyEndpoint withDatabase(int number) {
        return new ValkeyEndpoint(host, port, number);
    }
}
