package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.ticket.TicketQuery;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody waits for is ended by the database when it takes too long, and leaves all as it was; what nobody waits for is not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StatementTimeoutIT {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String SLOW_TICKETS = """
            create function public.dawdle() returns trigger language plpgsql as $$
            begin
              if new.subject = 'Slow' then perform pg_sleep(%s); end if;
              return new;
            end $$;
            create trigger dawdle before insert on insightdesk.ticket for each row execute function public.dawdle();
            """;

    private static final String SLOW_READS =
            "create policy late on insightdesk.ticket as restrictive using (pg_sleep(1) is not null)";

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @ParameterizedTest
    @EnumSource
    void aListThatHasToWaitIsEndedAndTheOnlyConnectionGoesOn(As as) throws Exception {
        try (TestDatabase database = TestDatabase.fresh(as, 1);
                InsightDesk insightDesk = desk(database.dataSource(), SHORT);
                Connection other = database.admin().getConnection()) {
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            Ticket ticket = desk.tickets().create(Shop.ticket("Before"));
            other.setAutoCommit(false);
            Shop.execute(other, "lock table insightdesk.ticket in access exclusive mode");

            cutOff(() -> desk.tickets().list(TicketQuery.builder().build()));
            cutOff(() -> desk.tickets().get(ticket.id()));
            assertThat(meters.get("insightdesk.db.statements.cut.off").counter().count())
                    .isEqualTo(2);

            other.rollback();
            assertThat(desk.tickets().get(ticket.id())).isEqualTo(ticket);
            assertThat(settingOf(database.dataSource()))
                    .as("nothing stays on the connection")
                    .isEqualTo("0");
        }
    }

    @Test
    void ofASlowWriteNothingIsLeft() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = desk(database.dataSource(), SHORT)) {
            database.execute(SLOW_TICKETS.formatted("20"));
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            cutOff(() -> desk.transact(joined -> {
                Ticket first = joined.tickets().create(Shop.ticket("First"));
                assertThat(joined.tickets().get(first.id())).isEqualTo(first);
                return joined.tickets().create(Shop.ticket("Slow"));
            }));
            try (Connection admin = database.admin().getConnection()) {
                for (String table : List.of("ticket", "event", "customer")) {
                    assertThat(Shop.ask(admin, "select count(*) from insightdesk." + table))
                            .as(table)
                            .isEqualTo("0");
                }
            }
            assertThat(desk.tickets().create(Shop.ticket("After")).subject()).isEqualTo("After");
        }
    }

    @Test
    void aWaitForTheTenantsNumbersIsEndedToo() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = desk(database.dataSource(), SHORT);
                Connection host = database.admin().getConnection()) {
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            host.setAutoCommit(false);
            Ticket first = desk.within(host, joined -> joined.tickets().create(Shop.ticket("First")));
            assertThat(first.number()).isEqualTo(1);
            cutOff(() -> desk.tickets().create(Shop.ticket("Waits for the host's")));
            host.commit();
            assertThat(desk.tickets().create(Shop.ticket("Second")).number()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHostsTransactionGoesOnAndHasItsOwnTimeoutAgain(Shop.Kind kind) throws Exception {
        try (Shop shop = new Shop(kind);
                InsightDesk impatient = desk(shop.database.dataSource(), SHORT)) {
            shop.database.execute(SLOW_TICKETS.formatted("20"));
            Desk desk = impatient.tenant(shop.tenant).as(Actor.system());
            shop.commit(connection -> {
                Shop.execute(connection, "set local statement_timeout = '83s'");
                Shop.order(connection, "before");
                cutOff(() -> desk.within(connection, joined -> joined.tickets().create(Shop.ticket("Slow"))));
                assertThat(timeout(connection)).isEqualTo("83s");
                Shop.order(connection, "after");
                Ticket made = desk.within(connection, joined -> joined.tickets().create(Shop.ticket("Quick")));
                assertThat(made.number())
                        .as("the slow one's number is free again")
                        .isEqualTo(1);
                assertThat(timeout(connection)).isEqualTo("83s");
            });
            assertThat(shop.rows("public.orders")).isEqualTo(2);
            assertThat(shop.rows("insightdesk.ticket")).isEqualTo(1);
        }
    }

    @Test
    void theShorterOfTheHostsAndOursHolds() throws Exception {
        Recorder listener = new Recorder();
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = InsightDesk.builder()
                        .dataSource(database.dataSource())
                        .statementTimeout(Duration.ofSeconds(30))
                        .ticketListener(listener)
                        .build();
                Connection host = database.admin().getConnection()) {
            database.execute("create function public.note() returns trigger language plpgsql as $$ begin new.subject = "
                    + "current_setting('statement_timeout'); return new; end $$; create trigger note before insert on "
                    + "insightdesk.ticket for each row execute function public.note()");
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            host.setAutoCommit(false);
            for (String[] hosts : new String[][] {
                {"0", "30s"},
                {"1500ms", "1500ms"},
                {"29s", "29s"},
                {"30s", "30s"},
                {"1min", "30s"},
                {"90s", "30s"},
                {"2h", "30s"},
                {"3d", "30s"},
                {"2147483647ms", "30s"}
            }) {
                Shop.execute(host, "set statement_timeout = '" + hosts[0] + "'");
                String before = timeout(host);
                Ticket made = desk.within(host, joined -> {
                    Ticket created = joined.tickets().create(Shop.ticket("Noted"));
                    return joined.tickets().get(created.id());
                });
                assertThat(made.subject()).as(hosts[0]).isEqualTo(hosts[1]);
                assertThat(timeout(host)).isEqualTo(before);
                assertThat(listener.seen).as("in a listener").last().isEqualTo(before);
                host.commit();
                assertThat(timeout(host)).as("after the commit").isEqualTo(before);
                host.rollback();
            }
        }
    }

    @Test
    void whatTheConnectionsUserMayNotTakeLongerForStays() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                HikariDataSource pool = pool(database.admin(), "set statement_timeout = '350ms'");
                InsightDesk insightDesk = desk(pool, Duration.ofSeconds(30))) {
            database.execute(SLOW_TICKETS.formatted("20"));
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            cutOff(() -> desk.tickets().create(Shop.ticket("Slow")));
        }
    }

    @Test
    void jobsAndExportsAreNotCutOff() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = desk(database.dataSource(), SHORT)) {
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            Ticket ticket = desk.tickets().create(Shop.ticket("Exported"));
            database.execute(SLOW_READS);
            cutOff(() -> desk.tickets().list(TicketQuery.builder().build()));
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            assertThat(insightDesk.tenantExports().write(database.tenant(), zip))
                    .isNotNull();
            assertThat(zip.size()).isPositive();
            database.execute("drop policy late on insightdesk.ticket");
            assertThat(desk.tickets().get(ticket.id())).isEqualTo(ticket);
            JobKind<String> kind = new JobKind<>("slow.kind", String.class);
            CopyOnWriteArrayList<String> done = new CopyOnWriteArrayList<>();
            insightDesk.jobHandlers().register(kind, (context, payload) -> done.add(payload));
            database.execute("create function public.late() returns trigger language plpgsql as $$ begin "
                    + "perform pg_sleep(1); return old; end $$; create trigger late before delete on insightdesk.job for "
                    + "each row execute function public.late()");
            assertThat(insightDesk.jobs().enqueue(NewJob.builder(kind, "x").build()))
                    .isNotNull();
            int unused = insightDesk.workers().runDue();
            assertThat(done).containsExactly("x");
        }
    }

    @Test
    void zeroIsNoTimeoutAndNonsenseIsRefused() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk patient = desk(database.dataSource(), Duration.ZERO)) {
            database.execute(SLOW_TICKETS.formatted("1"));
            assertThat(patient.tenant(database.tenant())
                            .as(Actor.system())
                            .tickets()
                            .create(Shop.ticket("Slow"))
                            .subject())
                    .isEqualTo("Slow");
            for (Duration wrong : List.of(Duration.ofMillis(-1), Duration.ofDays(2))) {
                assertThatThrownBy(() -> desk(database.dataSource(), wrong))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("/statementTimeout");
            }
        }
    }

    private InsightDesk desk(DataSource dataSource, Duration timeout) {
        return InsightDesk.builder()
                .dataSource(dataSource)
                .meterRegistry(meters)
                .statementTimeout(timeout)
                .build();
    }

    private static void cutOff(ThrowingCallable call) {
        long begun = System.nanoTime();
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo("statement_timeout"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    private static String timeout(Connection connection) {
        return Shop.ask(connection, "select current_setting('statement_timeout')");
    }

    private static String settingOf(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return timeout(connection);
        }
    }

    private static HikariDataSource pool(DataSource of, String init) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(of);
        config.setMaximumPoolSize(2);
        config.setConnectionInitSql(init);
        return new HikariDataSource(config);
    }

    private static final class Recorder implements TicketListener {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public void created(Ticket ticket, Actor actor, Connection connection) {
            seen.add(timeout(connection));
        }
    }
}
