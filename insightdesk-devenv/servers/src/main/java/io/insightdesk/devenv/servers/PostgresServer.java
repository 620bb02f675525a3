package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;
import org.postgresql.xa.PGXADataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL 17 for development and tests. It listens on 127.0.0.1 only and asks nobody for a password, so whoever
 * has an account on the machine is its superuser.
 *
 * <p>A server without a data directory lives in a temporary one, which is deleted when it is closed. On Linux that is in memory
 * ({@code /dev/shm}) if two gigabytes are free there, commits need not wait for the disk, and
 * {@code INSIGHTDESK_DEVENV_POSTGRES_MEMORY} is not {@code false}, else
 * below {@code java.io.tmpdir}. One with a data
 * directory keeps its databases there over restarts and kills of this process; when the process dies in whatever way, the
 * server shuts down by itself, and the next start tidies up what is left. A root process runs the server as the owner of
 * the data, or as {@code nobody}.
 *
 * <p>Thread-safe. Whoever starts a server closes it, except {@link #shared()}.
 *
 * @since 0.1.0
 */
public final class PostgresServer implements AutoCloseable {
    /** The name of the superuser. */
    public static final String SUPERUSER = "postgres";

    /** The major version of the server, which is also that of the data directory. */
    public static final String MAJOR_VERSION = "17";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String TEMPORARY_PREFIX = "insightdesk-postgres-";
    private static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);
    private static final Duration TEMPLATE_WAIT = Duration.ofSeconds(10);
    private static final int START_ATTEMPTS = 5;
    private static final int MAX_IDENTIFIER_BYTES = 63;
    private static final String DUPLICATE_OBJECT = "42710";
    private static final String OBJECT_IN_USE = "55006";
    private static final String PORT_REMEDY = "PostgresServer.Builder.port(int)";

    private final Path directory;
    private final boolean temporary;
    private final boolean shared;
    private final int port;
    private final Map<String, String> settings;
    private final DirectoryLock lock;
    private final PostgresProcess process;
    private final Thread closeAtExit;
    private final Object users = new Object();
    private boolean closed;

    private PostgresServer(Builder from, Path directory, DirectoryLock lock, PostgresProcess process, int port) {
        this.directory = directory;
        this.temporary = from.dataDirectory == null;
        this.shared = from.shared;
        this.port = port;
        this.settings = from.effectiveSettings();
        this.lock = lock;
        this.process = process;
        this.closeAtExit = new Thread(this::closeNow, "postgres-close-" + port);
    }

    /** What a user made by {@link #createUser} may do beyond what is granted to it. */
    public enum UserRight {
        /** Everything, also past row-level security. */
        SUPERUSER,
        /** Make and grant roles. */
        CREATEROLE,
        /** Make databases. */
        CREATEDB,
        /** Read and write past row-level security. */
        BYPASSRLS
    }

    /** Returns a builder whose defaults give a temporary server on a free port. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the one temporary server of this JVM, which starts with the first call and ends with the JVM. Tests make a
     * database each on it. Its {@link #close} does nothing.
     *
     * @throws PostgresServerException if it cannot be started
     */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** Starts the shared server when it is first asked for. */
    private static final class Shared {
        private static final PostgresServer SERVER = new Builder().shared().start();
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Returns the JDBC address of a database, without a user. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /** Returns a data source without a pool for a database as the superuser. */
    public DataSource dataSource(String database) {
        return dataSource(database, SUPERUSER);
    }

    /** Returns a data source without a pool: every connection is a new one, and its {@code close} ends it. */
    public DataSource dataSource(String database, String user) {
        return configure(new PGSimpleDataSource(), database, user);
    }

    /** Returns a data source for distributed transactions; the server allows prepared ones. */
    public XADataSource xaDataSource(String database, String user) {
        return configure(new PGXADataSource(), database, user);
    }

    private <T extends BaseDataSource> T configure(T dataSource, String database, String user) {
        dataSource.setServerNames(new String[] {"127.0.0.1"});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName(requireNonNull(database, "database"));
        dataSource.setUser(requireNonNull(user, "user"));
        dataSource.setApplicationName("insightdesk-devenv");
        return dataSource;
    }

    /**
     * Makes an empty database that the superuser owns.
     *
     * @throws PostgresServerException if there is one of that name
     */
    public void createDatabase(String name) {
        createDatabase(name, "template0");
    }

    /**
     * Makes a database as a copy of another. Waits up to ten seconds for the last connections to the template to go,
     * because PostgreSQL does not copy a database that is in use.
     *
     * @throws PostgresServerException if there is one of that name, or the template is missing or in use
     */
    public void createDatabase(String name, String template) {
        String sql = "create database " + quoted(name) + " template " + quoted(template);
        long begin = System.nanoTime();
        while (true) {
            try {
                execute(sql);
                return;
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || System.nanoTime() - begin > TEMPLATE_WAIT.toNanos()) {
                    throw refused("make database " + name + " from " + template, e);
                }
                pause(20);
            }
        }
    }

    /** Makes an empty database that belongs to {@code owner}, a user that exists. */
    public void createDatabaseOwnedBy(String name, String owner) {
        createDatabase(name);
        try {
            execute("alter database " + quoted(name) + " owner to " + quoted(owner));
        } catch (SQLException e) {
            throw refused("give database " + name + " to " + owner, e);
        }
    }

    /** Drops a database, ending the sessions on it; nothing happens if there is none. */
    public void dropDatabase(String name) {
        try {
            execute("drop database if exists " + quoted(name) + " with (force)");
        } catch (SQLException e) {
            throw refused("drop database " + name, e);
        }
    }

    /**
     * Makes a user that may log in, without a password. Users belong to the whole server: if there is one of that name, it
     * gets exactly these rights.
     */
    public void createUser(String name, UserRight... rights) {
        Set<UserRight> granted = EnumSet.noneOf(UserRight.class);
        granted.addAll(List.of(rights));
        String options = EnumSet.allOf(UserRight.class).stream()
                .map(right -> (granted.contains(right) ? "" : "no") + right)
                .collect(Collectors.joining(" ", " login ", ""));
        synchronized (users) {
            try {
                try {
                    execute("create role " + quoted(name) + options);
                } catch (SQLException e) {
                    if (!DUPLICATE_OBJECT.equals(e.getSQLState())) {
                        throw e;
                    }
                    execute("alter role " + quoted(name) + options);
                }
            } catch (SQLException e) {
                throw refused("make user " + name, e);
            }
        }
    }

    /** Says whether the server runs. */
    public synchronized boolean isRunning() {
        return process.isRunning();
    }

    /** Stops the server and starts it again on the same port and data; open connections are lost. */
    public synchronized void restart() {
        requireOpen();
        process.stop();
        startProcess();
    }

    /** Kills the server as a power failure would, without shutdown; {@link #restart} brings it back. */
    public synchronized void kill() {
        requireOpen();
        process.kill();
    }

    private void startProcess() {
        try {
            process.start(port, settings);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL in " + directory + ": " + e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This PostgreSQL server is closed.");
        }
    }

    /** Stops the server, ending the sessions on it. A temporary server's databases are deleted. Can be called twice. */
    @Override
    public void close() {
        if (shared) {
            return;
        }
        closeNow();
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down, and the hook with it.
            LOG.trace("Closed while the JVM ends", e);
        }
    }

    private synchronized void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        process.stop();
        try {
            lock.close();
            if (temporary) {
                Directories.delete(directory);
            }
        } catch (IOException e) {
            // The next temporary server deletes it.
            LOG.warn("Cannot tidy up {}: {}", directory, e.getMessage());
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource(SUPERUSER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static PostgresServerException refused(String what, SQLException e) {
        return new PostgresServerException("Cannot " + what + ": " + e.getMessage(), e);
    }

    private static String quoted(String identifier) {
        int length = identifier.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_IDENTIFIER_BYTES || identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "PostgreSQL takes names of 1 to " + MAX_IDENTIFIER_BYTES + " bytes, not " + identifier);
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresServerException("Interrupted while waiting for PostgreSQL", e);
        }
    }

    @Override
    public String toString() {
        return "PostgresServer[127.0.0.1:" + port + ", " + directory + "]";
    }

    /**
     * How a {@link PostgresServer} is to run. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        /** The connections a server takes unless told otherwise. */
        public static final int DEFAULT_MAX_CONNECTIONS = 200;

        private @Nullable Path dataDirectory;
        private @Nullable Boolean durable;
        private int port;
        private String portRemedy = PORT_REMEDY;
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private boolean shared;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        private Builder shared() {
            this.shared = true;
            return this;
        }

        /**
         * Keeps the databases in {@code directory}, which is made if need be, together with the server's log and a lock.
         * One server at a time can use it.
         */
        public Builder dataDirectory(Path directory) {
            this.dataDirectory =
                    requireNonNull(directory, "directory").toAbsolutePath().normalize();
            return this;
        }

        /**
         * Says whether what is committed survives a crash of the machine ({@code fsync}). The default is yes with a data
         * directory and no without. Commits are always synchronous towards a crash of the server alone.
         */
        public Builder durable(boolean survivesPowerFailure) {
            this.durable = survivesPowerFailure;
            return this;
        }

        /** Listens on this port of 127.0.0.1; 0, the default, takes any free one. */
        public Builder port(int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("A port is 0 to 65535, not " + number);
            }
            this.port = number;
            return this;
        }

        Builder portSetting(String setting) {
            this.portRemedy = setting;
            return this;
        }

        /** Takes at most this many connections; the default is {@link #DEFAULT_MAX_CONNECTIONS}. */
        public Builder maxConnections(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("At least one connection is needed, not " + number);
            }
            this.maxConnections = number;
            return this;
        }

        /** Sets a server setting as in {@code postgresql.conf}; it wins over those that this class sets. */
        public Builder setting(String name, String value) {
            settings.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
            return this;
        }

        private Map<String, String> effectiveSettings() {
            boolean safe = safe();
            Map<String, String> all = new LinkedHashMap<>();
            all.put("listen_addresses", "127.0.0.1");
            all.put("unix_socket_directories", "");
            all.put("max_connections", Integer.toString(maxConnections));
            all.put("max_prepared_transactions", Integer.toString(maxConnections));
            all.put("fsync", safe ? "on" : "off");
            all.put("full_page_writes", safe ? "on" : "off");
            all.put("synchronous_commit", "on");
            if (!safe) {
                all.put("max_wal_size", MemoryData.MAX_WAL_SIZE);
            }
            all.put("timezone", "UTC");
            all.put("log_timezone", "UTC");
            all.putAll(settings);
            return all;
        }

        /**
         * Starts the server and returns when it takes connections. The first start on a machine unpacks PostgreSQL, the
         * first on a data directory makes the cluster.
         *
         * @throws PortTakenException if a port was chosen and something listens on it
         * @throws PostgresServerException if another process uses the data directory, or the server does not start
         */
        public PostgresServer start() {
            long begin = System.nanoTime();
            try {
                Path home = PostgresBinaries.installed();
                Path directory =
                        dataDirectory == null ? temporaryDirectory(safe()) : Files.createDirectories(dataDirectory);
                DirectoryLock lock = DirectoryLock.acquire(directory);
                try {
                    PostgresServer server = start(home, directory, lock);
                    LOG.info(
                            "PostgreSQL {} on 127.0.0.1:{}, {} {}, started in {} ms",
                            MAJOR_VERSION,
                            server.port,
                            server.temporary ? "temporary in" : "data kept in",
                            directory,
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                    return server;
                } catch (IOException | RuntimeException e) {
                    lock.close();
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL could not be started: " + e, e);
            }
        }

        private PostgresServer start(Path home, Path directory, DirectoryLock lock) throws IOException {
            PostgresProcess process = new PostgresProcess(home, directory);
            Map<String, String> all = effectiveSettings();
            process.initialise("on".equals(all.get("fsync")));
            // An orphan of ours may be what holds the port.
            process.endLeftover();
            if (port != 0) {
                Ports.requireFree("PostgreSQL", port, portRemedy);
            }
            int chosen = startOnce(process, all);
            PostgresServer server = new PostgresServer(this, directory, lock, process, chosen);
            // A kept server needs no hook: it goes down by itself right after this process, so that whatever the host
            // does
            // in its own hooks still finds its database.
            if (server.temporary || Ports.isWindows()) {
                Runtime.getRuntime().addShutdownHook(server.closeAtExit);
            }
            return server;
        }

        private int startOnce(PostgresProcess process, Map<String, String> all) throws IOException {
            for (int attempt = 1; ; attempt++) {
                int chosen = port != 0 ? port : Ports.anyFree();
                try {
                    process.start(chosen, all);
                    return chosen;
                } catch (PostgresServerException e) {
                    String message = String.valueOf(e.getMessage());
                    // The free port was taken meanwhile, or the backends of a killed server are still on their way out.
                    boolean passing = (port == 0 && message.contains("could not bind"))
                            || message.contains("shared memory block");
                    if (!passing || attempt == START_ATTEMPTS) {
                        throw e;
                    }
                    pause(200);
                }
            }
        }

        /** Whether commits wait for the disk. */
        private boolean safe() {
            return durable == null ? dataDirectory != null : durable;
        }

        private static Path temporaryDirectory(boolean safe) throws IOException {
            Path disk = Path.of(System.getProperty("java.io.tmpdir"));
            // What is to wait for the disk needs one, or it would measure nothing.
            boolean allowed = !safe && MemoryData.isAllowed(Overrides.ofThisProcess());
            Path root = MemoryData.directory(allowed, MemoryData.DIRECTORY, MemoryData.ROOM, disk);
            deleteLeftovers(disk);
            if (Files.isDirectory(MemoryData.DIRECTORY)) {
                deleteLeftovers(MemoryData.DIRECTORY);
            }
            Path directory = Files.createTempDirectory(root, TEMPORARY_PREFIX);
            if (UnprivilegedUser.thisProcessIsRoot()) {
                // The server's user must be able to walk through; what lies below is its own.
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            }
            return directory;
        }

        /** Deletes what killed processes of this user left. */
        private static void deleteLeftovers(Path root) throws IOException {
            try (DirectoryStream<Path> candidates = Files.newDirectoryStream(root, TEMPORARY_PREFIX + "*")) {
                for (Path candidate : candidates) {
                    deleteIfLeft(candidate);
                }
            }
        }

        private static void deleteIfLeft(Path candidate) {
            try {
                Path lockFile = candidate.resolve(DirectoryLock.FILE);
                // A young one may belong to a process that is about to lock it.
                if (!Files.isWritable(lockFile)
                        || System.currentTimeMillis()
                                        - Files.getLastModifiedTime(lockFile).toMillis()
                                < LEFTOVER_AGE.toMillis()) {
                    return;
                }
                try (DirectoryLock lock = DirectoryLock.tryAcquire(candidate)) {
                    if (lock != null) {
                        new PostgresProcess(PostgresBinaries.installed(), candidate).endLeftover();
                        Directories.delete(candidate);
                    }
                }
            } catch (IOException | RuntimeException e) {
                // Someone else's, or being deleted by another process; not needed for what the caller wants.
                LOG.debug("Left {} alone", candidate, e);
            }
        }
    }
}
