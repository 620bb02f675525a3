package io.insightdesk.devenv.junit;

import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One command to a logical database. */
final class ValkeyConversation {
    private ValkeyConversation() {}

    /** Returns the first line of the answer. */
    static String ask(ValkeyEndpoint endpoint, String command) {
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
            socket.getOutputStream()
                    .write(("SELECT " + endpoint.database() + "\r\n" + command + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String selected = answers.readLine();
            if (!"+OK".equals(selected)) {
                throw new IllegalStateException(endpoint + ": " + selected);
            }
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
