package io.insightdesk.testing;

import static org.awaitility.Awaitility.await;

import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.internal.db.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A migrated database on a PostgreSQL of its own, and a streaming replica of it: a copy of its files that follows it. */
public final class TestReplica implements AutoCloseable {

    /** A user of both who neither owns the tables nor passes row-level security. */
    public static final String USER = "desk_user";

    /** The name of the database. */
    public static final String DATABASE = "desk";

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private final PostgresServer primary;
    private final PostgresServer replica;

    private TestReplica(PostgresServer primary, PostgresServer replica) {
        this.primary = primary;
        this.replica = replica;
    }

    /**
     * Starts both.
     *
     * @param directory an empty one for their files
     */
    public static TestReplica start(Path directory) {
        Path ofPrimary = directory.resolve("primary");
        Path ofReplica = directory.resolve("replica");
        try (PostgresServer first = server(ofPrimary).start()) {
            first.createDatabase(DATABASE);
            new Migrations(first.dataSource(DATABASE), TestDatabase.SCHEMA, TestDatabase.SCHEMA + "_work").migrate();
            first.createUser(USER);
            execute(first.dataSource(DATABASE), "call " + TestDatabase.SCHEMA + ".grant_engine('" + USER + "')");
        }
        copy(ofPrimary.resolve("data"), ofReplica.resolve("data"));
        PostgresServer primary = server(ofPrimary).start();
        try {
            PostgresServer replica = server(ofReplica)
                    .setting(
                            "primary_conninfo",
                            "host=127.0.0.1 port=" + primary.port() + " user=" + PostgresServer.SUPERUSER)
                    .setting("wal_retrieve_retry_interval", "100ms")
                    .start();
            TestReplica both = new TestReplica(primary, replica);
            both.catchUp();
            return both;
        } catch (RuntimeException | Error e) {
            primary.close();
            throw e;
        }
    }

    private static PostgresServer.Builder server(Path directory) {
        return PostgresServer.builder().dataDirectory(directory).durable(false).maxConnections(40);
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(each).toString());
                Files.createDirectories(target.getParent());
                Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
            Files.createFile(to.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The primary, as a user. */
    public DataSource primary(String user) {
        return primary.dataSource(DATABASE, user);
    }

    /** The replica, as a user. */
    public DataSource replica(String user) {
        return replica.dataSource(DATABASE, user);
    }

    /** The primary's server. */
    public PostgresServer primaryServer() {
        return primary;
    }

    /** The replica's server. */
    public PostgresServer replicaServer() {
        return replica;
    }

    /** Waits until the replica shows what the primary has committed by now. */
    public void catchUp() {
        // To the very end, which is where the library finds it; after one more record, for a log may end behind the
        // head of a page that
        // is not written yet. Where it still does, the next try has another end.
        await().atMost(LONG).until(() -> {
            execute(primary.dataSource(DATABASE), "select pg_logical_emit_message(true, 'test', 'catch up')");
            String end = text(primary.dataSource(DATABASE), "select pg_current_wal_insert_lsn()::text");
            long begun = System.nanoTime();
            while (!isReplayed(end)) {
                if (System.nanoTime() - begun > END_LIMIT.toNanos()) {
                    return false;
                }
            }
            return true;
        });
    }

    private boolean isReplayed(String end) {
        return text(replica.dataSource(DATABASE), "select (pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn)::text")
                .equals("true");
    }

    /** Keeps the replica from showing anything that is not committed by now. */
    public void pause() {
        catchUp();
        execute(replica.dataSource(DATABASE), "select pg_wal_replay_pause()");
        await().atMost(LONG)
                .until(() -> text(replica.dataSource(DATABASE), "select pg_get_wal_replay_pause_state()")
                        .equals("paused"));
    }

    /** Has the replica follow again, and waits until it has caught up. */
    public void resume() {
        execute(replica.dataSource(DATABASE), "select pg_wal_replay_resume()");
        catchUp();
    }

    /** Makes the replica a primary of its own. */
    public void promote() {
        execute(replica.dataSource(DATABASE), "select pg_promote()");
    }

    /** One value, as the superuser. */
    public static String text(DataSource where, String sql) {
        try (Connection connection = where.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static void execute(DataSource where, String sql) {
        try (Connection connection = where.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        replica.close();
        primary.close();
    }
}
