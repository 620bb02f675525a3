package io.insightdesk.devenv.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The engine's {@code GET /_ping}, the one request that every version answers, with a limit that also holds for a hanging engine. */
final class EnginePing {
    private static final String REQUEST = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
    private static final int DEFAULT_PORT = 2375;
    private static final int MAX_ANSWER = 16 * 1024;

    private EnginePing() {}

    static EngineProbe.Attempt send(URI endpoint, String source, Duration limit) {
        AtomicReference<@Nullable ByteChannel> open = new AtomicReference<>();
        FutureTask<String> request = new FutureTask<>(() -> ask(endpoint, open));
        Thread thread = new Thread(request, "insightdesk-devenv-engine");
        thread.setDaemon(true);
        thread.start();
        try {
            String answer = request.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            String status = answer.lines().findFirst().orElse("");
            boolean ok = status.contains(" 200");
            return new EngineProbe.Attempt(endpoint, source, ok, ok ? version(answer) : "answered «" + status + "»");
        } catch (TimeoutException e) {
            close(open.get());
            return new EngineProbe.Attempt(
                    endpoint, source, false, "no answer within " + limit.toMillis() + " ms; is the engine hanging?");
        } catch (ExecutionException e) {
            return new EngineProbe.Attempt(endpoint, source, false, explain(endpoint, e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while asking for a container engine", e);
        }
    }

    private static String ask(URI endpoint, AtomicReference<@Nullable ByteChannel> open) throws IOException {
        try (ByteChannel channel = connect(endpoint)) {
            open.set(channel);
            if ("tcp".equals(endpoint.getScheme()) && System.getenv("DOCKER_TLS_VERIFY") != null) {
                // Without the certificates nothing more can be asked; Testcontainers has them.
                return "HTTP/1.1 200 OK\r\nServer: an engine behind TLS\r\n";
            }
            channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (answer.size() < MAX_ANSWER && channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
                if (answer.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
                    break;
                }
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static ByteChannel connect(URI endpoint) throws IOException {
        String scheme = String.valueOf(endpoint.getScheme());
        switch (scheme) {
            case "unix" -> {
                Path socket = Path.of(endpoint.getPath());
                if (!Files.exists(socket)) {
                    throw new NoSuchFileException(socket.toString());
                }
                return SocketChannel.open(UnixDomainSocketAddress.of(socket));
            }
            case "npipe" -> {
                // The channel closes the file.
                return new RandomAccessFile(endpoint.getPath().replace('/', '\\'), "rw").getChannel();
            }
            case "tcp", "http", "https" -> {
                int port = endpoint.getPort() < 0 ? DEFAULT_PORT : endpoint.getPort();
                return SocketChannel.open(new InetSocketAddress(endpoint.getHost(), port));
            }
            default ->
                throw new IOException("addresses begin with unix://, npipe:// or tcp://, not with " + scheme + ":");
        }
    }

    private static void close(@Nullable ByteChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new DevEnvironmentException(
                        "The connection to the engine cannot be closed: " + e.getMessage(), e);
            }
        }
    }

    private static String version(String answer) {
        return header(answer, "Server") + ", API " + header(answer, "Api-Version");
    }

    private static String header(String answer, String name) {
        Matcher line = Pattern.compile("(?im)^" + name + ": *(.*?)\\r?$").matcher(answer);
        String value = line.find() ? line.group(1) : null;
        return value == null ? "unknown" : value;
    }

    private static String explain(URI endpoint, @Nullable Throwable cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such socket; is an engine installed and running?";
        }
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        if (message.contains("Permission denied") || message.contains("Access is denied")) {
            return "permission denied; may this user use the engine (group docker)?";
        }
        if (cause instanceof ConnectException || message.contains("Connection refused")) {
            return "nobody answers there; is the engine running?";
        }
        return endpoint.getScheme() == null
                ? message + " (an address has a scheme: unix:///path, tcp://host:port)"
                : message;
    }
}
