package io.insightdesk.devenv.junit;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * The databases of test classes on one server: copies of a template that is migrated once. The template's name is this JVM's
 * own, so several can share a server. Thread-safe.
 */
final class ClassDatabases implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int VALID_LIMIT_SECONDS = 5;
    private static final String OBJECT_IN_USE = "55006";

    private final PostgresEndpoint server;
    private final Lazy<String> template = new Lazy<>(this::makeTemplate);

    /** Connections that wait for the next class: to make one takes longer than most of what is done on it. */
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    ClassDatabases(PostgresEndpoint server) {
        this.server = server;
    }

    private String makeTemplate() {
        String name = "insightdesk_template_" + UUID.randomUUID().toString().replace("-", "");
        create(name, "template0");
        InsightDesk.builder()
                .dataSource(server.withDatabase(name).dataSource())
                .build()
                .close();
        awaitNoSessions(name);
        return name;
    }

    /** Makes a database with the library's schema. */
    PostgresEndpoint createMigrated(String name) {
        return create(name, template.get());
    }

    /** Makes an empty database. */
    PostgresEndpoint createEmpty(String name) {
        return create(name, "template0");
    }

    private PostgresEndpoint create(String name, String source) {
        // Copying files is a little faster, but makes two checkpoints of the whole server, which all classes wait for
        // that
        // run at the same time.
        String sql = "create database " + name + " template " + source + " strategy wal_log";
        long begin = System.nanoTime();
        while (true) {
            try {
                administer(connection -> execute(connection, sql));
                return server.withDatabase(name);
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw failed("make the database " + name + " out of " + source, e);
                }
                pause();
            }
        }
    }

    /** Drops a database, ending what is open on it. */
    void drop(String name) {
        try {
            administer(connection -> {
                rollBackPrepared(connection, name);
                execute(connection, "drop database if exists " + name + " with (force)");
            });
        } catch (SQLException e) {
            throw failed("drop the database " + name, e);
        }
    }

    /** Prepared transactions outlive every session, and only the database itself can end them. */
    private void rollBackPrepared(Connection connection, String name) throws SQLException {
        List<String> prepared = prepared(connection, name);
        if (prepared.isEmpty()) {
            return;
        }
        try (Connection inside = server.withDatabase(name).dataSource().getConnection()) {
            for (String gid : prepared) {
                execute(inside, "rollback prepared '" + gid.replace("'", "''") + "'");
            }
        }
    }

    private static List<String> prepared(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select gid from pg_prepared_xacts where database = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                List<String> found = new ArrayList<>();
                while (row.next()) {
                    found.add(row.getString(1));
                }
                return found;
            }
        }
    }

    /** Returns what is open on a database after having given it a moment to go. */
    List<OpenSession> leftOpen(String name) {
        long begin = System.nanoTime();
        while (true) {
            List<OpenSession> open = open(name);
            if (open.isEmpty() || System.nanoTime() - begin > OpenSession.GRACE.toNanos()) {
                return open;
            }
            pause();
        }
    }

    private List<OpenSession> open(String name) {
        List<OpenSession> found = new ArrayList<>();
        try {
            administer(connection -> found.addAll(OpenSession.on(connection, name)));
            return found;
        } catch (SQLException e) {
            throw failed("find out what is open on the database " + name, e);
        }
    }

    /** PostgreSQL does not copy a database that is in use, and looks again only after a tenth of a second. */
    private void awaitNoSessions(String name) {
        List<OpenSession> open = leftOpen(name);
        if (!open.isEmpty()) {
            throw new DevEnvironmentException("The template " + name + " stays in use: " + open
                    + ". End these sessions, or use a server of your own.");
        }
    }

    /** Something that is done on a connection to the server. */
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void administer(Work work) throws SQLException {
        Connection connection = take();
        try {
            work.on(connection);
        } catch (SQLException | RuntimeException e) {
            try (connection) {
                throw e;
            }
        }
        idle.push(connection);
    }

    /** A test may have restarted the server meanwhile. */
    private Connection take() throws SQLException {
        for (Connection known = idle.poll(); known != null; known = idle.poll()) {
            if (known.isValid(VALID_LIMIT_SECONDS)) {
                return known;
            }
            known.close();
        }
        return server.dataSource().getConnection();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        template.made().ifPresent(this::drop);
        for (Connection known = idle.poll(); known != null; known = idle.poll()) {
            try {
                known.close();
            } catch (SQLException e) {
                throw failed("close a connection", e);
            }
        }
    }

    private DevEnvironmentException failed(String what, SQLException e) {
        return new DevEnvironmentException(
                "Cannot " + what + " on " + server.host() + ":" + server.port() + ": " + e.getMessage()
                        + ". See whether the server runs and its disk has room.",
                e);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while waiting for PostgreSQL; run the tests again.", e);
        }
    }
}
