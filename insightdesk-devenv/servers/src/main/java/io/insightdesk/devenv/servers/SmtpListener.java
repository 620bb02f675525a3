package io.insightdesk.devenv.servers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/** An SMTP server on the loopback address that hands over complete mails only, exactly as they were sent. */
final class SmtpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpListener.class);
    private static final int IN_MEMORY = 256 * 1024;

    private final Map<SocketAddress, Socket> connections = new ConcurrentHashMap<>();
    private final ServerSocket serverSocket;
    private final SMTPServer server;
    private final int maxSize;
    private final Conversation conversation;

    /** What a user of the listener decides. */
    interface Conversation {
        /** Called for {@code MAIL FROM}; an empty sender is a null return path. */
        default void from(String sender) throws RejectException {}

        /** Called with a complete mail before it is acknowledged. */
        void mail(Incoming mail) throws RejectException, IOException;
    }

    /** A complete mail; its content can be read until {@link Conversation#mail} returns. */
    static final class Incoming {
        private final String sender;
        private final List<String> recipients;
        private final String helo;
        private final Spool spool;
        private final Runnable drop;

        private Incoming(String sender, List<String> recipients, String helo, Spool spool, Runnable drop) {
            this.sender = sender;
            this.recipients = List.copyOf(recipients);
            this.helo = helo;
            this.spool = spool;
            this.drop = drop;
        }

        String sender() {
            return sender;
        }

        List<String> recipients() {
            return recipients;
        }

        String helo() {
            return helo;
        }

        InputStream open() throws IOException {
            return spool.open();
        }

        /** Closes the connection, so that the client gets no answer. */
        void dropConnection() {
            drop.run();
        }
    }

    SmtpListener(String name, int port, String remedy, int maxSize, Conversation conversation) {
        this.maxSize = maxSize;
        this.conversation = conversation;
        this.serverSocket = bind(name, port, remedy);
        this.server = SMTPServer.port(serverSocket.getLocalPort())
                .hostName("localhost")
                .softwareName("InsightDesk development")
                // Also a doubled mail must stay the same byte for byte.
                .insertReceivedHeaders(false)
                .maxMessageSize(maxSize)
                .serverSocketFactory(() -> serverSocket)
                .messageHandlerFactory(Handler::new)
                .build();
        server.start();
    }

    int port() {
        return serverSocket.getLocalPort();
    }

    private ServerSocket bind(String name, int port, String remedy) {
        try {
            ServerSocket socket = new TrackingServerSocket();
            Ports.bind(socket, name, port, remedy);
            return socket;
        } catch (IOException e) {
            throw new IllegalStateException("No server socket", e);
        }
    }

    private void drop(SocketAddress client) {
        Socket socket = connections.remove(client);
        if (socket == null || socket.isClosed()) {
            return;
        }
        try {
            // A reset, so that the client does not take the end for an orderly one.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The client, or the session's own thread, was faster.
            LOG.debug("The connection of {} was closed already", client, e);
        }
    }

    @Override
    public void close() {
        // Idle clients would hold the server's threads for their time-out.
        connections.keySet().forEach(this::drop);
        server.stop();
    }

    /** Remembers who is connected; the SMTP library does not give its sockets away. */
    private final class TrackingServerSocket extends ServerSocket {
        private TrackingServerSocket() throws IOException {
            super();
        }

        @Override
        public void bind(@Nullable SocketAddress address, int backlog) throws IOException {
            // The SMTP library binds what it is given, but a taken port is for us to report, so it is bound already.
            if (!isBound()) {
                super.bind(address, backlog);
            }
        }

        @Override
        public Socket accept() throws IOException {
            Socket socket = super.accept();
            connections.values().removeIf(Socket::isClosed);
            socket.setTcpNoDelay(true);
            connections.put(socket.getRemoteSocketAddress(), socket);
            return socket;
        }
    }

    /** One mail on one connection. */
    private final class Handler implements MessageHandler {
        private final MessageContext context;
        private final List<String> recipients = new ArrayList<>();
        private String sender = "";

        private Handler(MessageContext context) {
            this.context = context;
        }

        @Override
        public void from(String from) throws RejectException {
            sender = from;
            conversation.from(from);
        }

        @Override
        public void recipient(String recipient) {
            recipients.add(recipient);
        }

        @Override
        public @Nullable String data(InputStream data) throws RejectException, IOException {
            try {
                take(data);
                return null;
            } catch (RejectException e) {
                // The transaction ends also with a refusal (RFC 5321, 4.1.1.4); the SMTP library ends it with a success
                // only.
                if (context instanceof Session session) {
                    session.resetMailTransaction();
                }
                throw e;
            }
        }

        private void take(InputStream data) throws RejectException, IOException {
            try (Spool spool = new Spool()) {
                byte[] buffer = new byte[8192];
                int read;
                while ((read = data.read(buffer)) >= 0) {
                    // What is too much is still read: the client listens only after its last byte.
                    if (spool.size + read <= maxSize) {
                        spool.write(buffer, read);
                    } else {
                        spool.tooMuch = true;
                    }
                }
                if (spool.tooMuch) {
                    throw new RejectException(552, "5.3.4 Message exceeds the limit of " + maxSize + " bytes");
                }
                SocketAddress client = context.getRemoteAddress();
                conversation.mail(
                        new Incoming(sender, recipients, context.getHelo().orElse(""), spool, () -> drop(client)));
            }
        }

        @Override
        public void done() {
            // Nothing is kept between mails.
        }
    }

    /** Holds a mail in memory, or in a file when it is large. */
    private static final class Spool implements AutoCloseable {
        private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
        private @Nullable Path file;
        private @Nullable OutputStream out;
        private long size;
        private boolean tooMuch;

        private void write(byte[] bytes, int length) throws IOException {
            if (out == null && size + length > IN_MEMORY) {
                Path large = Files.createTempFile("insightdesk-mail-", ".eml");
                file = large;
                OutputStream toFile = Files.newOutputStream(large);
                out = toFile;
                memory.writeTo(toFile);
            }
            if (out != null) {
                out.write(bytes, 0, length);
            } else {
                memory.write(bytes, 0, length);
            }
            size += length;
        }

        private InputStream open() throws IOException {
            if (out != null && file != null) {
                out.flush();
                return Files.newInputStream(file);
            }
            return new ByteArrayInputStream(memory.toByteArray());
        }

        @Override
        public void close() throws IOException {
            if (out != null) {
                out.close();
            }
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
