package io.insightdesk.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.devenv.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.IntConsumer;

/** The database of one engine, fresh when this is made and dropped when it is closed. */
final class JobDatabase implements AutoCloseable {
    /** The connections of a node that works or enqueues; those of one that idles are fewer. */
    static final int CONNECTIONS = 20;

    private final PostgresServer server;
    private final JobEngineUnderTest engine;
    private final String name;

    private JobDatabase(PostgresServer server, JobEngineUnderTest engine, String name) {
        this.server = server;
        this.engine = engine;
        this.name = name;
    }

    static JobDatabase create(PostgresServer server, JobEngineUnderTest engine, String name) throws Exception {
        server.createDatabase(name);
        JobDatabase made = new JobDatabase(server, engine, name);
        try (HikariDataSource pool = made.pool(2, 2)) {
            engine.install(pool);
        }
        return made;
    }

    String name() {
        return name;
    }

    JobEngineUnderTest engine() {
        return engine;
    }

    /** A node that idles, which holds no more connections than it needs. */
    JobEngineUnderTest.Node idleNode(int connections) throws Exception {
        return node(connections, 1, number -> {});
    }

    /** A node with connections of its own, which are closed with it. */
    JobEngineUnderTest.Node node(int connections, IntConsumer handler) throws Exception {
        return node(connections, connections, handler);
    }

    private JobEngineUnderTest.Node node(int connections, int kept, IntConsumer handler) throws Exception {
        HikariDataSource pool = pool(connections, kept);
        try {
            return new PooledNode(engine.node(pool, handler), pool);
        } catch (Exception e) {
            pool.close();
            throw e;
        }
    }

    private HikariDataSource pool(int connections, int kept) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.jdbcUrl(name));
        config.setUsername(PostgresServer.SUPERUSER);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(kept);
        config.setPoolName(name);
        return new HikariDataSource(config);
    }

    /** Removes all jobs and writes out what earlier measurements left, so that it does not burden the next. */
    void clear() throws SQLException {
        execute(engine.clear());
        settle();
    }

    /** Writes the server's changed pages, as it would do some time later. */
    void settle() throws SQLException {
        execute("checkpoint");
    }

    /** Has the server look at what its tables hold, as it would do within a minute; until then it plans for nearly none. */
    void gatherStatistics() throws SQLException {
        execute("analyze");
    }

    void execute(String sql) throws SQLException {
        try (Connection connection =
                        server.dataSource(name, PostgresServer.SUPERUSER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Asks again and again until no job is left that has not been written down as done. */
    void awaitNoneLeft(Duration limit) throws SQLException {
        long begin = System.nanoTime();
        try (Connection connection =
                        server.dataSource(name, PostgresServer.SUPERUSER).getConnection();
                Statement statement = connection.createStatement()) {
            while (isUnfinished(statement)) {
                if (System.nanoTime() - begin > limit.toNanos()) {
                    throw new IllegalStateException(
                            engine.name() + " has run all jobs, but " + limit + " later some are not done");
                }
            }
        }
    }

    private boolean isUnfinished(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(engine.unfinished())) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public void close() {
        server.dropDatabase(name);
    }

    private record PooledNode(JobEngineUnderTest.Node node, HikariDataSource pool) implements JobEngineUnderTest.Node {
        @Override
        public void enqueue(int number) throws Exception {
            node.enqueue(number);
        }

        @Override
        public void enqueueAll(int first, int count) throws Exception {
            node.enqueueAll(first, count);
        }

        @Override
        public void start() throws Exception {
            node.start();
        }

        @Override
        public void close() {
            try (pool) {
                node.close();
            }
        }
    }
}
