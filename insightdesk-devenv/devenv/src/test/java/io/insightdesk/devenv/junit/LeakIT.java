package io.insightdesk.devenv.junit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.ticket.NewTicket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LeakIT {
    private static SharedServers.Lease lease;
    private static @Nullable Connection leaked;
    private static String database = "";

    @BeforeAll
    static void keepTheServersFromOneRunToTheNext() {
        lease = SharedServers.lease();
    }

    @AfterAll
    static void letThemStop() {
        lease.close();
    }

    @AfterEach
    void closeWhatLeaked() throws SQLException {
        Connection connection = leaked;
        leaked = null;
        if (connection != null) {
            connection.close();
        }
    }

    private static Connection leak(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        leaked = connection;
        database = connection.getCatalog();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 'who forgot me?'");
        }
        return connection;
    }

    private static boolean databaseIsThere() throws SQLException {
        try (Connection connection =
                        lease.servers().postgres(Mode.AUTO).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*) from pg_database where datname = '" + database + "'")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    @DevEnvironmentTest
    static class ForgetsAConnection {
        @Test
        void forgets(DataSource dataSource) throws SQLException {
            assertThat(leak(dataSource)).isNotNull();
        }
    }

    @Test
    void aConnectionThatIsLeftOpenFailsItsClassAndIsNamed() throws SQLException {
        InnerRun run = InnerRun.of(ForgetsAConnection.class);

        assertThat(run.succeeded()).isEqualTo(1);
        assertThat(run.failed()).containsExactly("LeakIT$ForgetsAConnection");
        assertThat(run.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining(ForgetsAConnection.class.getName() + " left 1 connection(s)")
                        .hasMessageContaining("idle in transaction, in a transaction for ")
                        .hasMessageContaining("select 'who forgot me?'")
                        .hasMessageContaining("allowOpenConnections"));
        assertThat(databaseIsThere()).isFalse();
        assertThat(requireNonNull(leaked).isValid(5)).isFalse();
    }

    @DevEnvironmentTest
    static class ForgetsAPreparedTransaction {
        @Test
        void forgets(DataSource dataSource) throws SQLException {
            try (Connection connection = leak(dataSource);
                    Statement statement = connection.createStatement()) {
                statement.execute("prepare transaction 'it''s mine'");
            }
        }
    }

    @Test
    void aPreparedTransactionThatNobodyEndedFailsItsClassAndIsEnded() throws SQLException {
        InnerRun run = InnerRun.of(ForgetsAPreparedTransaction.class);

        assertThat(run.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("prepared transaction, in a transaction for ")
                        .hasMessageContaining("prepare transaction 'it's mine'"));
        assertThat(databaseIsThere()).isFalse();
    }

    @DevEnvironmentTest(allowOpenConnections = true)
    static class KeepsAPool {
        @Test
        void keeps(DataSource dataSource) throws SQLException {
            assertThat(leak(dataSource)).isNotNull();
        }
    }

    @Test
    void aConnectionThatMayStayOpenWorksAfterItsClass() throws SQLException {
        InnerRun run = InnerRun.of(KeepsAPool.class);

        assertThat(run.failures()).isEmpty();
        assertThat(requireNonNull(leaked).isValid(5)).isTrue();
        assertThat(databaseIsThere()).isTrue();
    }

    @DevEnvironmentTest
    static class Works {
        @Test
        void works(InsightDesk insightDesk, Desk desk, DataSource dataSource) throws SQLException {
            insightDesk.workers().start();
            assertThat(desk.tickets()
                            .create(NewTicket.builder("Work")
                                    .requester("ada@example.com", "Ada")
                                    .build())
                            .subject())
                    .isEqualTo("Work");
            try (Connection connection = dataSource.getConnection()) {
                database = connection.getCatalog();
            }
        }
    }

    @Test
    void aHelpDeskWhoseWorkersRunIsNoLeak() throws SQLException {
        InnerRun run = InnerRun.of(Works.class);

        assertThat(run.failures()).isEmpty();
        assertThat(databaseIsThere()).isFalse();
    }
}
