package io.insightdesk.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends one mail, as {@code curl smtp://} does. */
final class SmtpClient {

    private SmtpClient() {}

    static void send(int port, String from, String to, String mail) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            expect(in, "220");
            say(out, "HELO localhost");
            expect(in, "250");
            say(out, "MAIL FROM:<" + from + ">");
            expect(in, "250");
            say(out, "RCPT TO:<" + to + ">");
            expect(in, "250");
            say(out, "DATA");
            expect(in, "354");
            say(out, mail.replace("\n", "\r\n") + "\r\n.");
            expect(in, "250");
            say(out, "QUIT");
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void expect(BufferedReader in, String code) throws IOException {
        String answer = String.valueOf(in.readLine());
        if (!answer.startsWith(code)) {
            throw new IOException("Expected " + code + ", but was told: " + answer);
        }
    }
}
