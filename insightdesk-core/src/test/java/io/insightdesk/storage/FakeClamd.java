package io.insightdesk.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A daemon that speaks the protocol of clamd and is strict about it: what is not as it should be is answered by an error and noted. Finds
 * what {@link #BAD} is in.
 */
public final class FakeClamd implements AutoCloseable {

    /** What is found. */
    public static final String BAD = "this-is-the-malware-of-the-tests";

    /** As what it is found. */
    public static final String NAME = "Insightdesk.Test-1";

    private static final int MAX_CHUNK = 1024 * 1024;

    /** How it behaves. */
    public enum Mode {
        /** As it should. */
        GOOD,
        /** Takes everything and never answers. */
        SILENT,
        /** Does not even read. */
        DEAF,
        /** Closes the connection after the first chunk. */
        RUDE,
        /** Answers what nobody asked. */
        STRANGE,
        /** Goes on talking. */
        TALKATIVE
    }

    private final ServerSocketChannel server;
    private final int port;
    private final Thread accepting;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final List<String> mistakes = new CopyOnWriteArrayList<>();
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.GOOD;
    private volatile int limit = Integer.MAX_VALUE;

    private FakeClamd(ServerSocketChannel server, int port) {
        this.server = server;
        this.port = port;
        this.accepting = new Thread(this::accept, "fake-clamd");
        accepting.setDaemon(true);
        accepting.start();
    }

    /** One that listens to a port of its own. */
    public static FakeClamd tcp() {
        try {
            ServerSocketChannel bound =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new FakeClamd(bound, ((InetSocketAddress) bound.getLocalAddress()).getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FakeClamd unix(Path socket) throws IOException {
        return new FakeClamd(
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket)), 0);
    }

    /** A scanner that asks it. */
    public ClamdScanner scanner() {
        return ClamdScanner.tcp("127.0.0.1", port);
    }

    /** Behaves so from the next connection on. */
    public void behave(Mode wanted) {
        mode = wanted;
    }

    /** Takes no more bytes than these in a file. */
    public void limit(int bytes) {
        limit = bytes;
    }

    /** What was not as the protocol has it. */
    public List<String> mistakes() {
        return mistakes;
    }

    /** How large the files were. */
    public List<Integer> sizes() {
        return sizes;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                open.add(channel);
                if (!server.isOpen()) {
                    channel.close();
                    return;
                }
                Thread serving = new Thread(() -> serve(channel), "fake-clamd-connection");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException e) {
                if (server.isOpen()) {
                    mistakes.add("accept: " + e);
                }
                return;
            }
        }
    }

    private void serve(SocketChannel channel) {
        Mode now = mode;
        if (now == Mode.DEAF) {
            return;
        }
        try (channel) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            String command = command(in);
            String answer = switch (command) {
                case "zPING" -> "PONG";
                case "zINSTREAM" -> instream(in, now);
                default -> {
                    mistakes.add("command: " + command);
                    yield "UNKNOWN COMMAND";
                }
            };
            switch (now) {
                case SILENT -> {
                    int unused = in.read();
                }
                case RUDE -> {}
                case STRANGE -> say(channel, "stream: I am\r\na teapot\0");
                case TALKATIVE -> say(channel, "x".repeat(100_000));
                default -> say(channel, answer + "\0");
            }
        } catch (IOException e) {
            if (now == Mode.GOOD) {
                mistakes.add("connection: " + e);
            }
        } finally {
            open.remove(channel);
        }
    }

    private static String command(DataInputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int b = in.readUnsignedByte(); b != 0; b = in.readUnsignedByte()) {
            text.append((char) b);
            if (text.length() > 100) {
                throw new IOException("a command without end");
            }
        }
        return text.toString();
    }

    private String instream(DataInputStream in, Mode now) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int length = in.readInt();
            if (length < 0 || length > MAX_CHUNK) {
                mistakes.add("a chunk of " + length);
                return "INSTREAM: Bad chunk size. ERROR";
            }
            if (length == 0) {
                break;
            }
            all.write(in.readNBytes(length));
            if (now == Mode.RUDE) {
                return "";
            }
            if (all.size() > limit) {
                return "INSTREAM size limit exceeded. ERROR";
            }
        }
        sizes.add(all.size());
        return all.toString(ISO_8859_1).contains(BAD) ? "stream: " + NAME + " FOUND" : "stream: OK";
    }

    private static void say(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            int unused = channel.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            // Until that thread is gone it may take one more.
            accepting.join();
            for (SocketChannel each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
