package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

/** Loopback ports: which are free, and a clear answer when one is not. */
final class Ports {
    private static final int BACKLOG = 100;

    private Ports() {}

    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Binds the socket; {@code remedy} is the call that chooses another port. */
    static void bind(ServerSocket socket, String server, int port, String remedy) {
        try {
            // Without this a port stays unusable for a minute after a restart.
            socket.setReuseAddress(!isWindows());
            socket.bind(new InetSocketAddress(loopback(), port), BACKLOG);
        } catch (IOException e) {
            PortTakenException taken = new PortTakenException(server, port, remedy);
            taken.initCause(e);
            throw taken;
        }
    }

    /** Fails if the port cannot be listened on now. */
    static void requireFree(String server, int port, String remedy) {
        try (ServerSocket socket = new ServerSocket()) {
            bind(socket, server, port, remedy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a port that was free a moment ago; another process may take it before the caller does. */
    static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits a moment in a loop that asks a server whether it is ready. */
    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while waiting for a server", e);
        }
    }

    static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }
}
