package io.insightdesk.devenv.junit;

import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Empties a logical database, by the few bytes of the protocol that this takes, so that no client has to come along. */
final class ValkeyDatabase {
    private static final int LIMIT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

    private ValkeyDatabase() {}

    static void empty(ValkeyEndpoint endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            String commands = command("SELECT", Integer.toString(endpoint.database())) + command("FLUSHDB");
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            requireOk(answers, endpoint);
            requireOk(answers, endpoint);
        } catch (IOException e) {
            throw new DevEnvironmentException(
                    "Cannot empty " + endpoint.uri() + ": " + e.getMessage() + ". See whether the server runs.", e);
        }
    }

    private static void requireOk(BufferedReader answers, ValkeyEndpoint endpoint) throws IOException {
        String answer = answers.readLine();
        if (!"+OK".equals(answer)) {
            throw new DevEnvironmentException("Cannot empty " + endpoint.uri() + ": it answered " + answer
                    + ". A server of this library's development environment has " + ValkeyEndpoint.DATABASES
                    + " logical databases and asks for no password; use one.");
        }
    }

    private static String command(String... words) {
        StringBuilder bytes = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            bytes.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return bytes.toString();
    }
}
