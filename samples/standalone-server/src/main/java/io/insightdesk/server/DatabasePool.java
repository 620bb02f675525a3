package io.insightdesk.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.insightdesk.key.Secret;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** The connections to the database. */
final class DatabasePool {

    /** How long a read waits for a connection to the replica, less than a readiness check waits. */
    private static final Duration REPLICA_WAIT = Duration.ofMillis(500);

    /** How long a replica may take to answer before it counts as hanging. */
    private static final Duration REPLICA_ANSWER = Duration.ofSeconds(5);

    private DatabasePool() {}

    static HikariDataSource open(DatabaseUrl database, Settings.Pool size, MeterRegistry meters) {
        HikariDataSource pool = new HikariDataSource(config("insightdesk", database, size, meters));
        HikariPoolMXBean counts = pool.getHikariPoolMXBean();
        size(meters, "active", counts, HikariPoolMXBean::getActiveConnections);
        size(meters, "idle", counts, HikariPoolMXBean::getIdleConnections);
        size(meters, "waiting", counts, HikariPoolMXBean::getThreadsAwaitingConnection);
        return pool;
    }

    /** The same for a replica, which nobody waits for: the primary can answer instead. */
    static HikariDataSource openReplica(DatabaseUrl replica, Settings.Pool size, MeterRegistry meters) {
        HikariConfig config = config("insightdesk-replica", replica, size, meters);
        config.setConnectionTimeout(REPLICA_WAIT.toMillis());
        config.setValidationTimeout(REPLICA_WAIT.toMillis());
        config.addDataSourceProperty("connectTimeout", Long.toString(REPLICA_ANSWER.toSeconds()));
        config.addDataSourceProperty("socketTimeout", Long.toString(REPLICA_ANSWER.toSeconds()));
        return new HikariDataSource(config);
    }

    private static HikariConfig config(String name, DatabaseUrl database, Settings.Pool size, MeterRegistry meters) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        Secret password = database.password();
        if (password != null) {
            config.setPassword(password.reveal());
        }
        // What a constraint refuses is quoted in the detail of its error, which would be logged.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.setMinimumIdle(size.min());
        config.setMaximumPoolSize(size.max());
        config.setConnectionTimeout(size.connectionWait().toMillis());
        // The library says what is wrong with the database, and the readiness check goes on saying it.
        config.setInitializationFailTimeout(-1);
        config.setMetricRegistry(meters);
        return config;
    }

    private static void size(
            MeterRegistry meters, String state, HikariPoolMXBean counts, ToDoubleFunction<HikariPoolMXBean> count) {
        Gauge.builder("insightdesk.db.pool.size", counts, count)
                .description("Connections of the pool by state, and threads that wait for one.")
                .tag("state", state)
                .register(meters);
    }
}
