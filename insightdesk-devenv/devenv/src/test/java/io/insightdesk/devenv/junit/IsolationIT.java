package io.insightdesk.devenv.junit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Desk;
import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.Health;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IsolationIT {
    private static SharedServers.Lease lease;
    private static final Map<String, Had> SEEN = new ConcurrentHashMap<>();
    private static final CyclicBarrier BOTH = new CyclicBarrier(2);

    /** What a class that has ended had. */
    record Had(PostgresEndpoint postgres, ValkeyEndpoint valkey, S3Endpoint s3, int smtpPort, TenantId tenant) {}

    @BeforeAll
    static void keepTheServersFromOneRunToTheNext() {
        lease = SharedServers.lease();
    }

    @AfterAll
    static void letThemStop() {
        lease.close();
    }

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    /** Writes everywhere, and looks when the other has written, too. */
    abstract static class Writes {
        @Test
        void seesOnlyItsOwn(
                PostgresEndpoint postgres, Desk desk, ValkeyEndpoint valkey, S3Endpoint s3, MailCatcher mail)
                throws InterruptedException, BrokenBarrierException, TimeoutException {
            String name = getClass().getSimpleName();
            SEEN.put(name, new Had(postgres, valkey, s3, mail.smtpPort(), desk.tenant()));
            Ticket ticket = desk.tickets()
                    .create(NewTicket.builder(name)
                            .requester("ada@example.com", "Ada")
                            .build());
            assertThat(ValkeyConversation.ask(valkey, "SET " + name + " 1")).isEqualTo("+OK");
            assertThat(bucketIsThere(s3)).isTrue();
            BOTH.await(60, TimeUnit.SECONDS);

            assertThat(desk.tickets().list(TicketQuery.builder().build()).items())
                    .extracting(Ticket::id)
                    .containsExactly(ticket.id());
            assertThat(ValkeyConversation.ask(valkey, "DBSIZE")).isEqualTo(":1");
            BOTH.await(60, TimeUnit.SECONDS);
        }
    }

    @DevEnvironmentTest
    static class First extends Writes {}

    @DevEnvironmentTest
    static class Second extends Writes {}

    private static boolean bucketIsThere(S3Endpoint s3) {
        return Health.of(new Endpoints(null, null, s3, null), Duration.ofSeconds(10)).stream()
                .allMatch(Health::healthy);
    }

    @Test
    void classesThatRunAtTheSameTimeDoNotSeeEachOtherAndLeaveNothing() throws SQLException {
        InnerRun run = InnerRun.parallel(First.class, Second.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
        Had first = requireNonNull(SEEN.get("First"));
        Had second = requireNonNull(SEEN.get("Second"));
        assertThat(first.postgres().port()).isEqualTo(second.postgres().port());
        assertThat(first.postgres().database()).isNotEqualTo(second.postgres().database());
        assertThat(first.valkey().database()).isNotEqualTo(second.valkey().database());
        assertThat(first.s3().bucket()).isNotEqualTo(second.s3().bucket());
        assertThat(first.smtpPort()).isNotEqualTo(second.smtpPort());
        for (Had had : List.of(first, second)) {
            assertThat(databaseIsThere(had.postgres().database())).isFalse();
            assertThat(ValkeyConversation.ask(had.valkey(), "DBSIZE")).isEqualTo(":0");
            assertThat(bucketIsThere(had.s3())).isFalse();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), had.smtpPort()).close())
                    .isInstanceOf(IOException.class);
        }
    }

    private static boolean databaseIsThere(String name) throws SQLException {
        try (Connection connection =
                        lease.servers().postgres(Mode.AUTO).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*) from pg_database where datname = '" + name + "'")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    @DevEnvironmentTest
    static class MethodsInParallel {
        private static final Map<String, TenantId> TENANTS = new ConcurrentHashMap<>();

        @Test
        void one(TenantId tenant) {
            TENANTS.put("one", tenant);
        }

        @Test
        void two(TenantId tenant) {
            TENANTS.put("two", tenant);
        }

        @Test
        void three(Desk desk) {
            TENANTS.put("three", desk.tenant());
        }
    }

    @Test
    void methodsThatRunAtTheSameTimeShareWhatTheirClassHas() {
        InnerRun run = InnerRun.parallel(MethodsInParallel.class);
        assertThat(run.failures()).isEmpty();
        assertThat(MethodsInParallel.TENANTS).hasSize(3);
        assertThat(MethodsInParallel.TENANTS.values())
                .containsOnly(requireNonNull(MethodsInParallel.TENANTS.get("one")));
    }

    /** In a base class, so that two run with the same object. */
    abstract static class SharesAField {
        @RegisterExtension
        static final DevEnvironmentExtension ENVIRONMENT =
                DevEnvironmentExtension.builder().build();

        @Test
        void asks() throws InterruptedException, BrokenBarrierException, TimeoutException {
            BOTH.await(60, TimeUnit.SECONDS);
            try {
                assertThatThrownBy(ENVIRONMENT::clock)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("IsolationIT$TheOtherOne, ")
                        .hasMessageContaining("parameters");
            } finally {
                BOTH.await(60, TimeUnit.SECONDS);
            }
        }
    }

    static class ThisOne extends SharesAField {}

    static class TheOtherOne extends SharesAField {}

    @Test
    void aFieldOfABaseClassDoesNotGuessWhichClassAsks() {
        InnerRun run = InnerRun.parallel(ThisOne.class, TheOtherOne.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
    }
}
