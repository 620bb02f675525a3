package io.insightdesk.devenv.servers;

/**
 * A server could not start because something else listens on its port. The message names the port and the option that
 * chooses another.
 *
 * @since 0.1.0
 */
public final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int port;

    PortTakenException(String server, int port, String remedy) {
        super(server + " cannot listen on 127.0.0.1:" + port
                + ": the port is taken. Stop what uses it, or choose another: " + remedy + " (0 takes any free port).");
        this.port = port;
    }

    /** Returns the port that was taken. */
    public int port() {
        return port;
    }
}
