package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.Service;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassResourcesIT {
    private static final Settings SETTINGS = Settings.DEFAULT;

    @Test
    void aServerStartsWhenItIsAskedForAndNoOtherDoes() {
        try (SharedServers servers = new SharedServers();
                ClassResources resources = new ClassResources(ClassResourcesIT.class, SETTINGS, servers)) {
            assertThat(resources.clock()).isNotNull();
            assertThat(resources.mailCatcher()).isNotNull();
            assertThat(servers.started()).isEmpty();

            assertThat(resources.desk()).isNotNull();
            assertThat(servers.started()).containsExactly(Service.POSTGRES);

            assertThat(resources.valkey()).isNotNull();
            assertThat(servers.started()).containsExactlyInAnyOrder(Service.POSTGRES, Service.VALKEY);
        }
    }

    @Test
    void theServersThatAClassNamesRunBeforeItsFirstTest() {
        Settings settings = new Settings(Mode.AUTO, Set.of(Service.VALKEY), true, false, builder -> {});
        try (SharedServers servers = new SharedServers();
                ClassResources resources = new ClassResources(ClassResourcesIT.class, settings, servers)) {
            resources.start();
            assertThat(servers.started()).containsExactly(Service.VALKEY);
        }
    }

    @Test
    void whatAClassHadIsRefusedAfterItsEnd() {
        try (SharedServers servers = new SharedServers()) {
            ClassResources resources = new ClassResources(ClassResourcesIT.class, SETTINGS, servers);
            resources.close();
            assertThatThrownBy(resources::clock)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(ClassResourcesIT.class.getName());
        }
    }

    @Test
    void whatMayStayOpenIsKeptUntilTheServersStop() throws SQLException {
        Settings settings = new Settings(Mode.AUTO, Set.of(), true, true, builder -> {});
        try (SharedServers servers = new SharedServers()) {
            ClassResources resources = new ClassResources(ClassResourcesIT.class, settings, servers);
            try (Connection connection = resources.dataSource().getConnection()) {
                resources.close();
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void aDatabasePerClassTakesAMoment() throws SQLException {
        try (SharedServers servers = new SharedServers()) {
            ClassDatabases databases = servers.databases(Mode.AUTO);
            databases.drop(databases.createMigrated("warm_up").database());
            List<Duration> made = new ArrayList<>();
            List<Duration> dropped = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                long begin = System.nanoTime();
                PostgresEndpoint database = databases.createMigrated("moment_" + i);
                made.add(Duration.ofNanos(System.nanoTime() - begin));
                assertThat(tables(database)).isGreaterThan(20);
                begin = System.nanoTime();
                databases.drop(database.database());
                dropped.add(Duration.ofNanos(System.nanoTime() - begin));
            }
            System.out.println("a database per class: made in " + median(made) + " ms, dropped in " + median(dropped)
                    + " ms (medians of 20)");
        }
    }

    @Test
    void aServerThatEndedAllSessionsMakesDatabasesAsBefore() throws SQLException {
        try (SharedServers servers = new SharedServers()) {
            ClassDatabases databases = servers.databases(Mode.AUTO);
            databases.drop(databases.createMigrated("before").database());
            try (Connection connection =
                            servers.postgres(Mode.AUTO).dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet ended = statement.executeQuery(
                            "select count(pg_terminate_backend(pid))"
                                    + " from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()")) {
                ended.next();
                assertThat(ended.getLong(1))
                        .as("sessions kept for the next class")
                        .isPositive();
            }
            assertThat(tables(databases.createMigrated("after"))).isGreaterThan(20);
        }
    }

    private static long tables(PostgresEndpoint database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) from information_schema.tables where table_schema = 'insightdesk'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long median(List<Duration> times) {
        List<Duration> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2).toMillis();
    }
}
