package io.insightdesk.benchmarks;

import io.insightdesk.benchmarks.JobEngineUnderTest.Node;
import io.insightdesk.devenv.servers.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that have nothing to do, and how many statements they have the server run: all engines at once, each in a database of
 * its own, on a server that counts statements.
 */
final class IdleNodes implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    private static final String CALLS = """
            select coalesce(sum(s.calls), 0)
            from pg_stat_statements s
            join pg_database d on d.oid = s.dbid
            where d.datname = ?
            """;

    private final PostgresServer server = PostgresServer.builder()
            .durable(true)
            .maxConnections(900)
            .setting("shared_preload_libraries", "pg_stat_statements")
            .start();
    private final List<Cluster> clusters = new ArrayList<>();

    private record Cluster(JobDatabase database, int size, List<Node> nodes) {}

    /** The statements that one engine's nodes had run per second and node. */
    record Load(JobEngineUnderTest engine, int nodes, double statements) {}

    /** Starts clusters of idle nodes, of each size those of some engines. */
    static IdleNodes start(Map<Integer, List<JobEngineUnderTest>> enginesBySize) throws Exception {
        IdleNodes idle = new IdleNodes();
        try {
            idle.execute("create extension pg_stat_statements");
            for (Map.Entry<Integer, List<JobEngineUnderTest>> cluster : enginesBySize.entrySet()) {
                for (JobEngineUnderTest engine : cluster.getValue()) {
                    idle.begin(engine, "idle_" + idle.clusters.size(), cluster.getKey());
                }
            }
            return idle;
        } catch (Exception e) {
            idle.close();
            throw e;
        }
    }

    private void begin(JobEngineUnderTest engine, String name, int size) throws Exception {
        Cluster cluster = new Cluster(JobDatabase.create(server, engine, name), size, new ArrayList<>());
        clusters.add(cluster);
        for (int i = 0; i < size; i++) {
            Node node = cluster.database().idleNode(CONNECTIONS);
            cluster.nodes().add(node);
            node.start();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.dataSource(PostgresServer.SUPERUSER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Lets some time pass, and tells what was run in it. */
    List<Load> watch(Duration time) throws Exception {
        long begin = System.nanoTime();
        List<Long> before = calls();
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS))
                .get();
        List<Long> after = calls();
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < clusters.size(); i++) {
            Cluster cluster = clusters.get(i);
            loads.add(new Load(
                    cluster.database().engine(),
                    cluster.size(),
                    (after.get(i) - before.get(i)) / seconds / cluster.size()));
        }
        return loads;
    }

    private List<Long> calls() throws SQLException {
        List<Long> calls = new ArrayList<>();
        try (Connection connection = server.dataSource(PostgresServer.SUPERUSER).getConnection();
                PreparedStatement statement = connection.prepareStatement(CALLS)) {
            for (Cluster cluster : clusters) {
                statement.setString(1, cluster.database().name());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    calls.add(row.getLong(1));
                }
            }
        }
        return calls;
    }

    @Override
    public void close() {
        try (server) {
            for (Cluster cluster : clusters) {
                for (Node node : cluster.nodes()) {
                    node.close();
                }
            }
        }
    }
}
