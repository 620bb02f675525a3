package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3 server for development and tests within this process, on 127.0.0.1. It is S3Proxy, which keeps objects as files and
 * checks signatures; it has no versions of objects and no policies. For those take MinIO in a container.
 *
 * <p>It needs {@code io.insightdesk:insightdesk-devenv-embedded}. Thread-safe. Whoever starts a server closes it.
 *
 * @since 0.1.0
 */
public final class S3Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Server.class);

    private final S3ProxyProcess process;
    private final Path directory;
    private final boolean kept;
    private final S3Endpoint endpoint;
    private boolean closed;

    private S3Server(S3ProxyProcess process, Path directory, boolean kept) {
        this.process = process;
        this.directory = directory;
        this.kept = kept;
        this.endpoint = new S3Endpoint(
                URI.create("http://127.0.0.1:" + process.port()),
                ServerDescription.S3_REGION,
                ServerDescription.S3_ACCESS_KEY,
                ServerDescription.S3_SECRET_KEY,
                ServerDescription.BUCKET);
    }

    /** Starts a server on a free port, whose objects go with it. */
    public static S3Server start() {
        return builder().start();
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Says whether what it needs is on the class path. */
    public static boolean isAvailable() {
        return S3Server.class.getClassLoader().getResource("org/gaul/s3proxy/S3Proxy.class") != null;
    }

    /** Returns where it is, with a bucket that exists. */
    public S3Endpoint endpoint() {
        return endpoint;
    }

    /** Stops the server. Objects without a directory of their own are deleted. Can be called twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        process.stop();
        if (!kept) {
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                LOG.warn("Cannot tidy up {}: {}", directory, e.getMessage());
            }
        }
    }

    /**
     * How an {@link S3Server} is to run. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private int port;
        private String remedy = "S3Server.Builder.port(int)";
        private @Nullable Path directory;

        private Builder() {}

        /** Listens on this port of 127.0.0.1; 0, the default, takes any free one. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        Builder portSetting(String setting) {
            this.remedy = setting;
            return this;
        }

        /** Keeps the objects in this directory, which is made if need be. */
        public Builder dataDirectory(Path data) {
            this.directory = requireNonNull(data, "data").toAbsolutePath();
            return this;
        }

        /**
         * Starts the server and makes its bucket.
         *
         * @throws PortTakenException if a port was chosen and something listens on it
         * @throws DevEnvironmentException if the server is not on the class path, or does not start
         */
        public S3Server start() {
            if (!isAvailable()) {
                throw new DevEnvironmentException("There is no S3 server on the class path. Add"
                        + " io.insightdesk:insightdesk-devenv-embedded (type pom), or use containers.");
            }
            if (port != 0) {
                Ports.requireFree("The S3 server", port, remedy);
            }
            try {
                Path data = directory == null
                        ? Files.createTempDirectory("insightdesk-s3-")
                        : Files.createDirectories(directory);
                S3ProxyProcess process = S3ProxyProcess.start(port, data);
                S3Server server = new S3Server(process, data, directory != null);
                S3Buckets.create(server.endpoint);
                LOG.info("S3Proxy on 127.0.0.1:{}", process.port());
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("The S3 server could not be started: " + e.getMessage(), e);
            }
        }
    }
}
