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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The databases of test classes on one server: copies of a template that is migrated once. The template's name is this JVM's
 * own, so several can share a server. Thread-safe.
 */
final class ClassDatabases implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final String OBJECT_IN_USE = "55006";

    private final PostgresEndpoint server;
    private final Lazy<String> template = new Lazy<>(this::makeTemplate);

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
        // Copying files takes as long where nothing waits for the disk, but makes two checkpoints of the whole server,
        // for
        // which it does wait elsewhere, and with it all classes that run at the same time.
        String sql = "create database " + name + " template " + source + " strategy wal_log";
        long begin = System.nanoTime();
        while (true) {
            try {
                execute(server, sql);
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
            rollBackPrepared(name);
            execute(server, "drop database if exists " + name + " with (force)");
        } catch (SQLException e) {
            throw failed("drop the database " + name, e);
        }
    }

    /** Prepared transactions outlive every session, and only the database itself can end them. */
    private void rollBackPrepared(String name) throws SQLException {
        for (String gid : prepared(name)) {
            execute(server.withDatabase(name), "rollback prepared '" + gid.replace("'", "''") + "'");
        }
    }

    private List<String> prepared(String name) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                PreparedStatement statement =
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
        try (Connection connection = server.dataSource().getConnection()) {
            return OpenSession.on(connection, name);
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

    @Override
    public void close() {
        template.made().ifPresent(this::drop);
    }

    private static void execute(PostgresEndpoint database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
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
