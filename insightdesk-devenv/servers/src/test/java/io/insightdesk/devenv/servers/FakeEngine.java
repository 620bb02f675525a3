package io.insightdesk.devenv.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container engine that answers what a test wants it to, on a socket of its own. */
final class FakeEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeEngine.class);

    private final ServerSocketChannel server;
    private final Path socket;
    private final Function<String, String> answers;

    /** {@code answers} gets method and path, and returns the whole answer; an empty one closes the connection. */
    FakeEngine(Path directory, Function<String, String> answers) throws IOException {
        this.socket = directory.resolve("engine.sock");
        this.answers = answers;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "fake-engine");
        thread.setDaemon(true);
        thread.start();
    }

    static String answer(int status, String json) {
        return "HTTP/1.1 " + status
                + " Because\r\nApi-Version: 1.99\r\nServer: Fake/1\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: " + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n"
                + json;
    }

    URI uri() {
        return URI.create("unix://" + socket);
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.ISO_8859_1));
                String request = in.readLine();
                String line = request;
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                if (request != null) {
                    ByteBuffer answer = ByteBuffer.wrap(answers.apply(request).getBytes(StandardCharsets.UTF_8));
                    while (answer.hasRemaining()) {
                        client.write(answer);
                    }
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // This client has gone; the next one comes.
                LOG.debug("A client has gone", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
