package io.insightdesk.devenv.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that says exactly what it is told to. */
final class Smtp implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    Smtp(int port) throws IOException {
        socket = new Socket(Ports.loopback(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = socket.getOutputStream();
        answer();
        say("EHLO client.test");
    }

    String say(String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line;
        do {
            line = in.readLine();
            if (line == null) {
                throw new IOException("The server closed the connection");
            }
        } while (line.length() > 3 && line.charAt(3) == '-');
        return line;
    }

    /** Returns the last answer: that to the content, or the first that is not a success. */
    String send(String from, String to, byte[] content) throws IOException {
        for (String line : new String[] {"MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">"}) {
            String answer = say(line);
            if (!answer.startsWith("250")) {
                return answer;
            }
        }
        say("DATA");
        out.write(content);
        return say("\r\n.");
    }

    String send(String from, String to, String content) throws IOException {
        return send(from, to, content.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
