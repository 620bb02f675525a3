package io.insightdesk.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has files looked at by the daemon of ClamAV, by its command {@code INSTREAM}, over TCP or a Unix socket. Each file has a connection of
 * its own, is sent in bounded chunks and never held in memory as a whole. The connection is neither encrypted nor authenticated, so
 * it belongs on the same machine or into a network of its own. Thread-safe; holds nothing that would have to be closed.
 *
 * <p>The daemon's {@code StreamMaxLength} has to be at least {@link io.insightdesk.InsightDesk.Builder#maxAttachmentBytes} and the
 * greatest size of a mail; a file above it is {@link ScanResult.Verdict#NOT_SCANNED}.
 *
 * @since 0.1.0
 * @see <a href="https://docs.clamav.net/manual/Usage/Scanning.html#clamd">the manual of clamd</a>
 */
public final class ClamdScanner implements FileScanner {

    /** The port of the daemon. */
    public static final int DEFAULT_PORT = 3310;

    /** How long the daemon may take to be reached, and to take a part of a file. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(10);

    /** How long a file may take, the daemon's thinking included: more than its own {@code MaxScanTime} of two minutes. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(3);

    /** Less than a readiness check waits. */
    private static final Duration PING_TIMEOUT = Duration.ofMillis(500);

    private static final int CHUNK = 64 * 1024;
    private static final int MAX_REPLY = 4096;
    private static final String PREFIX = "stream: ";
    private static final String FOUND = " FOUND";

    private final String name;
    private final @Nullable String host;
    private final int port;
    private final @Nullable Path socket;
    private final Duration idleTimeout;
    private final Duration timeout;

    private ClamdScanner(
            @Nullable String host, int port, @Nullable Path socket, Duration idleTimeout, Duration timeout) {
        this.name = socket == null ? host + ":" + port : socket.toString();
        this.host = host;
        this.port = port;
        this.socket = socket;
        this.idleTimeout = idleTimeout;
        this.timeout = timeout;
    }

    /**
     * A daemon that listens to TCP ({@code TCPSocket}).
     *
     * @param host its name or address; looked up anew for each file
     * @param port its port
     * @return a scanner, which has not connected yet
     */
    public static ClamdScanner tcp(String host, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
        }
        return new ClamdScanner(requireNonNull(host, "host"), port, null, DEFAULT_IDLE_TIMEOUT, DEFAULT_TIMEOUT);
    }

    /**
     * A daemon that listens to a Unix socket ({@code LocalSocket}).
     *
     * @param socket the socket's path
     * @return a scanner, which has not connected yet
     */
    public static ClamdScanner unix(Path socket) {
        return new ClamdScanner(null, 0, requireNonNull(socket, "socket"), DEFAULT_IDLE_TIMEOUT, DEFAULT_TIMEOUT);
    }

    /**
     * The same with other time-outs.
     *
     * @param idle how long the daemon may take to be reached, and to take a part of a file; {@link #DEFAULT_IDLE_TIMEOUT} otherwise
     * @param whole how long a file may take, the daemon's thinking included; {@link #DEFAULT_TIMEOUT} otherwise
     * @return another scanner
     */
    public ClamdScanner withTimeouts(Duration idle, Duration whole) {
        if (idle.toMillis() < 1 || whole.toMillis() < 1) {
            throw new IllegalArgumentException("a time-out is at least a millisecond");
        }
        return new ClamdScanner(host, port, socket, idle, whole);
    }

    @Override
    public ScanResult scan(InputStream content) throws IOException {
        requireNonNull(content, "content");
        try (Dialogue dialogue = new Dialogue(idleTimeout, timeout)) {
            return verdict(dialogue.instream(content));
        }
    }

    @Override
    public void ping() throws IOException {
        try (Dialogue dialogue = new Dialogue(PING_TIMEOUT, PING_TIMEOUT)) {
            dialogue.send(ByteBuffer.wrap("zPING\0".getBytes(US_ASCII)));
            String answer = dialogue.reply();
            if (!answer.equals("PONG")) {
                throw unexpected(answer);
            }
        }
    }

    private ScanResult verdict(String answer) throws IOException {
        if (answer.equals(PREFIX + "OK")) {
            return ScanResult.CLEAN;
        }
        if (answer.startsWith(PREFIX) && answer.endsWith(FOUND) && answer.length() > PREFIX.length() + FOUND.length()) {
            return ScanResult.infected(answer.substring(PREFIX.length(), answer.length() - FOUND.length()));
        }
        if (answer.startsWith("INSTREAM size limit exceeded")) {
            return ScanResult.notScanned("larger than the scanner takes");
        }
        throw unexpected(answer);
    }

    private IOException unexpected(String answer) {
        String shown = answer.replaceAll("[^\\x20-\\x7E]", "?");
        return new IOException(
                "clamd at " + name + " answered '" + (shown.length() <= 200 ? shown : shown.substring(0, 200)) + "'");
    }

    @Override
    public String toString() {
        return "clamd at " + name;
    }

    /** One connection. A channel that does not block is the only kind of which reading, writing and connecting can time out. */
    private final class Dialogue implements AutoCloseable {

        private final Duration idle;
        private final long deadline;
        private final SocketChannel channel;
        private final Selector selector;
        private final SelectionKey key;

        Dialogue(Duration idle, Duration whole) throws IOException {
            this.idle = idle;
            this.deadline = System.nanoTime() + whole.toNanos();
            SocketAddress address = address();
            this.selector = Selector.open();
            SocketChannel opened = null;
            try {
                opened = socket == null ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
                opened.configureBlocking(false);
                this.key = opened.register(selector, 0);
                this.channel = opened;
                if (!channel.connect(address)) {
                    await(SelectionKey.OP_CONNECT, "let itself be reached");
                    channel.finishConnect();
                }
            } catch (IOException | RuntimeException e) {
                if (opened != null) {
                    opened.close();
                }
                selector.close();
                throw e;
            }
        }

        private SocketAddress address() throws IOException {
            if (socket != null) {
                return UnixDomainSocketAddress.of(socket);
            }
            InetSocketAddress found = new InetSocketAddress(requireNonNull(host, "host"), port);
            if (found.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            return found;
        }

        /** Sends a content as chunks, each after its length in four bytes, an empty one at the end; answers what was said. */
        String instream(InputStream content) throws IOException {
            send(ByteBuffer.wrap("zINSTREAM\0".getBytes(US_ASCII)));
            byte[] buffer = new byte[CHUNK];
            while (true) {
                int count = content.readNBytes(buffer, 0, CHUNK);
                ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + count);
                chunk.putInt(count).put(buffer, 0, count).flip();
                try {
                    if (!sendUnlessAnswered(chunk) || count == 0) {
                        return reply();
                    }
                } catch (SocketTimeoutException e) {
                    throw e;
                } catch (IOException e) {
                    return lastWord(e);
                }
            }
        }

        /** A daemon that wants no more says why and closes the connection, which can be seen by the failed writing first. */
        private String lastWord(IOException failure) throws IOException {
            try {
                return reply();
            } catch (IOException e) {
                failure.addSuppressed(e);
                throw failure;
            }
        }

        void send(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(SelectionKey.OP_WRITE, "take anything");
                }
            }
        }

        /** False when the daemon said something meanwhile: it wants no more. */
        private boolean sendUnlessAnswered(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                await(SelectionKey.OP_WRITE | SelectionKey.OP_READ, "take anything");
                if (key.isReadable()) {
                    return false;
                }
                int unused = channel.write(bytes);
            }
            return true;
        }

        /** What the daemon says, up to the zero or the end of the connection. */
        String reply() throws IOException {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (said.size() <= MAX_REPLY) {
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    throw new IOException("clamd at " + name + " ended the connection before it had answered");
                }
                for (int i = 0; i < count; i++) {
                    byte b = buffer.get(i);
                    if (b == 0) {
                        return said.toString(US_ASCII);
                    }
                    said.write(b);
                }
                if (count == 0) {
                    await(SelectionKey.OP_READ, "answer");
                }
            }
            throw new IOException("clamd at " + name + " answered with more than " + MAX_REPLY + " bytes");
        }

        private void await(int operations, String what) throws IOException {
            long left = deadline - System.nanoTime();
            // It thinks before it answers.
            long wait = operations == SelectionKey.OP_READ ? left : Math.min(left, idle.toNanos());
            key.interestOps(operations);
            selector.selectedKeys().clear();
            if (left <= 0 || selector.select(Math.max(1, wait / 1_000_000)) == 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("the wait for clamd at " + name + " was interrupted");
                }
                throw new SocketTimeoutException(
                        "clamd at " + name + " did not " + what + " within " + Math.max(0, wait / 1_000_000) + " ms");
            }
        }

        @Override
        public void close() throws IOException {
            try (selector) {
                channel.close();
            }
        }
    }
}
