package io.insightdesk.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds out before anything starts which ports are taken, to tell all of them at once. */
final class FreePorts {

    private FreePorts() {}

    /**
     * A port that is wanted.
     *
     * @param setting which variable chooses it
     * @param what what is to listen there
     * @param host on which address
     * @param port the port; 0 is always free
     */
    record Wanted(Setting setting, String what, String host, int port) {}

    /**
     * Checks.
     *
     * @throws StartException naming every port that is taken, with its variable
     */
    static void require(List<Wanted> ports) {
        List<String> taken = new ArrayList<>();
        for (Wanted wanted : ports) {
            if (wanted.port() != 0 && !isFree(wanted)) {
                taken.add("  " + wanted.setting() + ": port " + wanted.port() + " (" + wanted.what()
                        + ") is taken. Stop what uses it, or choose another: " + wanted.setting() + "="
                        + (wanted.port() < 65_000 ? wanted.port() + 10 : wanted.port() - 10));
            }
        }
        if (!taken.isEmpty()) {
            throw new StartException("The server cannot listen:\n" + String.join("\n", taken)
                    + "\nSet them in the environment or in a file .env; 0 takes any free port.");
        }
    }

    private static boolean isFree(Wanted wanted) {
        try (ServerSocket socket = new ServerSocket()) {
            // Connections of a server that has just ended do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(wanted.host(), wanted.port()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
