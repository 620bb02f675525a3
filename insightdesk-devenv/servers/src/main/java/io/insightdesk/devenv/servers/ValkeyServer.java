package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Valkey for development and tests, on 127.0.0.1 and without a password. It is the machine's own {@code valkey-server}
 * where there is one, else its {@code redis-server}, else Redis 6.2 from a jar; {@link #program} says which, because Redis
 * is not Valkey in everything. The variable {@code INSIGHTDESK_DEVENV_VALKEY_SERVER} names another program.
 *
 * <p>The server ends with this process, however that ends. Thread-safe. Whoever starts a server closes it.
 *
 * @since 0.1.0
 */
public final class ValkeyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ValkeyServer.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int START_ATTEMPTS = 5;

    private final RedisProgram program;
    private final Path directory;
    private final boolean kept;
    private final List<String> options;
    private int port;
    private @Nullable Process process;
    private boolean closed;

    private ValkeyServer(RedisProgram program, Path directory, boolean kept, List<String> options) {
        this.program = program;
        this.directory = directory;
        this.kept = kept;
        this.options = List.copyOf(options);
    }

    /** Starts a server on a free port, whose data go with it. */
    public static ValkeyServer start() {
        return builder().start();
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Says which program would be started, in one line; empty if there is none. */
    public static Optional<String> describeProgram() {
        return RedisProgram.find().map(RedisProgram::describe);
    }

    /** Says in one line which program this is: {@code Valkey 8.1.1 at /usr/bin/valkey-server}, say. */
    public String program() {
        return program.describe();
    }

    /** Returns where it is. */
    public synchronized ValkeyEndpoint endpoint() {
        return new ValkeyEndpoint("127.0.0.1", port, 0);
    }

    /** Returns the file that the server logs to. */
    public Path log() {
        return directory.resolve("valkey.log");
    }

    /** Says whether the server runs. */
    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Kills the server as a power failure would; {@link #restart} brings it back. */
    public synchronized void kill() {
        Process running = process;
        if (running != null) {
            // The shell in between would only pass on an order to stop.
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            await(running);
        }
    }

    /** Stops the server if it runs and starts it again on the same port; what it did not keep on disk is lost. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("This Valkey server is closed.");
        }
        stop();
        startOn(port);
    }

    private void startOn(int number) {
        try {
            List<String> command = new ArrayList<>(program.command(number, directory, kept));
            command.addAll(options);
            Process started = new ProcessBuilder(Programs.untilPipeCloses(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            process = started;
            port = number;
            long begin = System.nanoTime();
            Health health = Health.ofValkey(endpoint(), Duration.ofSeconds(1));
            while (!health.healthy()) {
                if (!started.isAlive()) {
                    throw new DevEnvironmentException(
                            program.name() + " did not start on port " + number + ". End of " + log() + ": " + tail());
                }
                if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                    stop();
                    throw new DevEnvironmentException(program.name() + " was not ready after " + START_LIMIT.toSeconds()
                            + " s. End of " + log() + ": " + tail());
                }
                Ports.pause(10);
                health = Health.ofValkey(endpoint(), Duration.ofSeconds(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(program.path() + " could not be started: " + e.getMessage(), e);
        }
    }

    private String tail() {
        try {
            String all = Files.readString(log());
            return all.substring(Math.max(0, all.length() - 1000)).strip();
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    private void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            if (Ports.isWindows()) {
                running.destroy();
            } else {
                running.getOutputStream().close();
            }
        } catch (IOException e) {
            // The pipe is broken because the server is gone already.
            LOG.trace("Valkey was gone", e);
        }
        await(running);
        process = null;
    }

    private static void await(Process running) {
        try {
            if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                running.descendants().forEach(ProcessHandle::destroyForcibly);
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the server. Data without a directory of their own are deleted. Can be called twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop();
        if (!kept) {
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                LOG.warn("Cannot tidy up {}: {}", directory, e.getMessage());
            }
        }
    }

    /**
     * How a {@link ValkeyServer} is to run. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private int port;
        private String remedy = "ValkeyServer.Builder.port(int)";
        private @Nullable Path directory;
        private final List<String> options = new ArrayList<>();

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

        /** Keeps the data in this directory, which is made if need be; every write is on disk within a second. */
        public Builder dataDirectory(Path data) {
            this.directory = requireNonNull(data, "data").toAbsolutePath();
            return this;
        }

        /**
         * Sets something in the server's configuration, such as {@code cluster-enabled} to {@code yes}; the last one of a name holds. No
         * password can be set this way, for the server is asked without one whether it is ready.
         */
        public Builder option(String name, String value) {
            options.add("--" + requireNonNull(name, "name"));
            options.add(requireNonNull(value, "value"));
            return this;
        }

        /**
         * Starts the server and returns when it answers.
         *
         * @throws PortTakenException if a port was chosen and something listens on it
         * @throws DevEnvironmentException if there is no program to start, or it does not start
         */
        public ValkeyServer start() {
            RedisProgram program = RedisProgram.find()
                    .orElseThrow(
                            () -> new DevEnvironmentException("There is no valkey-server and no redis-server on this"
                                    + " machine, and none on the class path. Install Valkey, or add"
                                    + " io.insightdesk:insightdesk-devenv-embedded (type pom)."));
            if (port != 0) {
                Ports.requireFree("Valkey", port, remedy);
            }
            try {
                Path data = directory == null
                        ? Files.createTempDirectory("insightdesk-valkey-")
                        : Files.createDirectories(directory);
                ValkeyServer server = new ValkeyServer(program, data, directory != null, options);
                startOnce(server);
                LOG.info("{} on 127.0.0.1:{}", program.describe(), server.port);
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("Valkey could not be started: " + e.getMessage(), e);
            }
        }

        private void startOnce(ValkeyServer server) {
            for (int attempt = 1; ; attempt++) {
                try {
                    server.startOn(port != 0 ? port : Ports.anyFree());
                    return;
                } catch (DevEnvironmentException e) {
                    // The free port was taken meanwhile.
                    boolean passing =
                            port == 0 && String.valueOf(e.getMessage()).contains("bind");
                    if (!passing || attempt == START_ATTEMPTS) {
                        server.close();
                        throw e;
                    }
                }
            }
        }
    }
}
