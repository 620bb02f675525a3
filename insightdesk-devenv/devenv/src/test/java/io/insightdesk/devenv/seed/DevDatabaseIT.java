package io.insightdesk.devenv.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.PostgresServer.UserRight;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Event;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevDatabaseIT {

    private static final String TEST = "test";

    // Not long ago, so that the library goes on from there.
    private final Instant anchor = Instant.now();
    private final Clock clock = Clock.fixed(anchor, ZoneOffset.UTC);
    private final PostgresServer server = PostgresServer.shared();
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final String name = "seed_" + suffix;
    private final String owner = "seed_owner_" + suffix;
    private final DataSource admin = server.dataSource(name);
    private final DevDatabase database = DevDatabase.of(admin).withClock(clock);

    @BeforeEach
    void make() {
        server.createUser(owner, UserRight.CREATEROLE);
        server.createDatabaseOwnedBy(name, owner);
    }

    @AfterEach
    void drop() {
        server.dropDatabase(name);
    }

    /** The same for an owner who is bound by row-level security; with roles of its own, which only their maker may grant. */
    private DevDatabase asOwner() {
        return DevDatabase.of(server.dataSource(name, owner))
                .withWorkRole("seed_work_" + suffix)
                .withClock(clock);
    }

    private InsightDesk insightDesk() {
        return InsightDesk.builder()
                .dataSource(admin)
                .migrate(MigrationMode.VALIDATE)
                .build();
    }

    private static Desk desk(InsightDesk insightDesk, String slug) {
        return insightDesk
                .tenant(insightDesk.tenants().findBySlug(slug).orElseThrow().id())
                .as(Actor.system());
    }

    private String ask(String sql) {
        try (Connection connection = admin.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = admin.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows of the tables that the seed writes, without what says when they came in. */
    private String fingerprint(String database) throws SQLException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = server.dataSource(database).getConnection();
                Statement statement = connection.createStatement()) {
            for (SeedTable table : SeedTable.values()) {
                String sql = "select count(*) || ' ' || coalesce(md5(string_agg(md5((to_jsonb(t) - 'xid')::text), '' "
                        + "order by md5((to_jsonb(t) - 'xid')::text))), '') from insightdesk." + table.tableName()
                        + " t";
                try (ResultSet row = statement.executeQuery(sql)) {
                    row.next();
                    all.append(table).append(' ').append(row.getString(1)).append('\n');
                }
            }
        }
        return all.toString();
    }

    @Test
    void migrateMakesTheSchemaOnceAndSaysSo() {
        assertThat(database.migrate()).startsWith("The schema insightdesk was made, at version ");
        assertThat(database.migrate()).endsWith("already.");
        assertThat(asOwnerOfAnotherSchema().migrate()).startsWith("The schema other was made, at version ");
    }

    private DevDatabase asOwnerOfAnotherSchema() {
        return asOwner().withSchema("other");
    }

    @Test
    void smallIsTheDemoTenantAndASecondTimeChangesNothing() throws SQLException {
        database.migrate();
        List<Long> progress = new ArrayList<>();
        SeedReport report = database.seed(SeedSize.SMALL, "development", (what, done, total) -> progress.add(done));
        assertThat(report.tenantsMade()).isEqualTo(1);
        assertThat(progress).startsWith(0L).endsWith(SeedSize.SMALL.tickets()).isSorted();
        String before = fingerprint(name);
        assertThat(ask("select count(*) from insightdesk.ticket")).isEqualTo("" + SeedSize.SMALL.tickets());
        SeedReport again = database.seed(SeedSize.SMALL, "development", SeedListener.none());
        assertThat(again.tenantsMade()).isZero();
        assertThat(again.tenantsFound()).isEqualTo(1);
        assertThat(fingerprint(name)).isEqualTo(before);
    }

    @Test
    void theLibraryWorksOnTheMediumData() {
        database.migrate();
        List<String> progress = new ArrayList<>();
        SeedReport report = database.seed(
                SeedSize.MEDIUM, TEST, (what, done, total) -> progress.add(what + " " + done + " " + total));
        assertThat(report.line()).startsWith("Made 10000 tickets in 1 tenant (0 were there already)");
        assertThat(progress).contains("tickets 0 10000", "tickets 5000 10000", "tickets 10000 10000");
        assertThat(progress).endsWith("statistics 15 15");
        try (InsightDesk insightDesk = insightDesk()) {
            Desk desk = desk(insightDesk, "seed-medium");
            assertThat(walk(desk)).isEqualTo(10_000);
            Ticket newest = desk.tickets()
                    .list(TicketQuery.builder().limit(1).build())
                    .items()
                    .get(0);
            assertThat(newest.number()).isEqualTo(10_000);
            Ticket some = desk.tickets().findByNumber(4_711).orElseThrow();
            List<Message> messages =
                    desk.conversations().list(some.id(), null, 10).items();
            assertThat(messages).hasSizeBetween(1, 4);
            assertThat(messages.get(0).author().id()).isEqualTo(some.requester().value());
            List<Event> activity = desk.tickets().activity(some.id(), new ActivityQuery(0, 100));
            assertThat(activity.get(0).type()).isEqualTo("ticket_created");
            assertThat(activity).extracting(Event::ticketSeq).startsWith(1L).isSorted();
            assertThat(some.version()).isEqualTo(activity.size());
            goOn(desk, newest);
        }
    }

    private static int walk(Desk desk) {
        int count = 0;
        @Nullable String cursor = null;
        do {
            TicketPage page = desk.tickets()
                    .list(TicketQuery.builder().limit(100).cursor(cursor).build());
            count += page.items().size();
            cursor = page.nextCursor();
        } while (cursor != null);
        return count;
    }

    /** New work on the data gets the next numbers. */
    private static void goOn(Desk desk, Ticket newest) {
        Ticket made = desk.tickets()
                .create(NewTicket.builder("One more")
                        .requester(newest.requester())
                        .tag("vip")
                        .build());
        assertThat(made.number()).isEqualTo(10_001);
        int before =
                desk.tickets().activity(newest.id(), new ActivityQuery(0, 100)).size();
        Message ignored = desk.conversations().note(newest.id(), NewMessage.text("Seen."));
        assertThat(desk.tickets().activity(newest.id(), new ActivityQuery(0, 100)))
                .last()
                .extracting(Event::ticketSeq)
                .isEqualTo(before + 1L);
    }

    @Test
    void theMediumDataAreConsistentAndWhatWasGenerated() throws SQLException {
        database.migrate();
        SeedReport ignored = database.seed(SeedSize.MEDIUM, TEST, SeedListener.none());
        assertThat(ask("""
                select count(*) from insightdesk.ticket t
                join (select ticket_id, count(*) as events, min(ticket_seq) as first, max(ticket_seq) as last
                  from insightdesk.event group by ticket_id) e on e.ticket_id = t.id
                where e.first = 1 and e.last = e.events and t.event_seq = e.events and t.version = e.events
                """)).isEqualTo("10000");
        assertThat(ask("select count(*) from insightdesk.event_default")).isEqualTo("0");
        assertThat(ask("select last from insightdesk.ticket_number")).isEqualTo("10000");
        assertThat(ask("select count(*) from insightdesk.ticket t join insightdesk.customer c on c.id = t.requester_id "
                        + "where t.organization_id is distinct from c.organization_id"))
                .isEqualTo("0");
        String before = fingerprint(name);
        SeedReport again = database.withClock(Clock.systemUTC()).seed(SeedSize.MEDIUM, TEST, SeedListener.none());
        assertThat(again.line()).contains("nothing was changed");
        assertThat(fingerprint(name)).isEqualTo(before);
        Map<UUID, String> generated = new HashMap<>();
        TicketFactory factory = new TicketFactory(BulkTenant.of(SeedSize.MEDIUM).get(0), anchor);
        while (factory.hasNext()) {
            factory.next().messages().forEach(message -> generated.put(message.id(), message.text()));
        }
        assertThat(texts()).isEqualTo(generated);
    }

    private Map<UUID, String> texts() throws SQLException {
        Map<UUID, String> texts = new HashMap<>();
        try (Connection connection = admin.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, new_text from insightdesk.message")) {
            while (rows.next()) {
                texts.put(rows.getObject(1, UUID.class), rows.getString(2));
            }
        }
        return texts;
    }

    @Test
    void anOwnerBoundByRowSecurityMakesTheSameRowsAndStaysBound() throws SQLException {
        DevDatabase byOwner = asOwner();
        byOwner.migrate();
        assertThatThrownBy(() -> byOwner.seed(SeedSize.MEDIUM, TEST, (what, done, total) -> {
                    if (done > 0) {
                        throw new IllegalArgumentException("Enough");
                    }
                }))
                .hasMessage("Enough");
        assertThat(ask("select count(*) from insightdesk.tenant")).isEqualTo("0");
        assertThat(unforced()).isEqualTo("0");
        SeedReport report = byOwner.seed(SeedSize.MEDIUM, TEST, SeedListener.none());
        assertThat(report.ticketsMade()).isEqualTo(10_000);
        assertThat(unforced()).isEqualTo("0");
        String other = name + "_b";
        server.createDatabase(other);
        try {
            DevDatabase bySuperuser = DevDatabase.of(server.dataSource(other)).withClock(clock);
            bySuperuser.migrate();
            assertThat(bySuperuser
                            .seed(SeedSize.MEDIUM, TEST, SeedListener.none())
                            .ticketsMade())
                    .isEqualTo(10_000);
            assertThat(fingerprint(name)).isEqualTo(fingerprint(other));
        } finally {
            server.dropDatabase(other);
        }
    }

    private String unforced() {
        return ask("select count(*) from pg_class where relnamespace = 'insightdesk'::regnamespace "
                + "and relrowsecurity and not relforcerowsecurity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "staging", "PRODUCTION", "", "prod"})
    void nothingIsMadeOrDroppedElsewhere(String environment) {
        database.migrate();
        assertThatThrownBy(() -> database.seed(SeedSize.SMALL, environment, SeedListener.none()))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("APP_ENV");
        assertThatThrownBy(() -> database.reset(environment)).isInstanceOf(SeedRefusedException.class);
        assertThat(ask("select count(*) from insightdesk.tenant")).isEqualTo("0");
    }

    @Test
    void ownTenantsAreNeitherMixedWithDemoDataNorLost() {
        database.migrate();
        try (InsightDesk insightDesk = insightDesk()) {
            assertThat(insightDesk
                            .tenants()
                            .create(NewTenant.of("acme", "Acme"))
                            .slug())
                    .isEqualTo("acme");
        }
        assertThatThrownBy(() -> database.seed(SeedSize.SMALL, TEST, SeedListener.none()))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("acme")
                .hasMessageContaining("another database");
        assertThatThrownBy(() -> database.reset(TEST))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("acme");
        assertThat(ask("select count(*) from insightdesk.tenant")).isEqualTo("1");
        assertThat(database.reset(TEST, List.of("acme"))).startsWith("The schema insightdesk is empty, at version ");
        assertThat(ask("select count(*) from insightdesk.tenant")).isEqualTo("0");
    }

    @Test
    void aSchemaThatIsNotMigratedIsRefused() {
        assertThatThrownBy(() -> database.seed(SeedSize.MEDIUM, TEST, SeedListener.none()))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("Migrate it first");
    }

    @Test
    void aUserWhoDoesNotOwnTheTablesIsToldWhoDoes() throws SQLException {
        database.migrate();
        String app = "seed_app_" + suffix;
        server.createUser(app);
        run("call insightdesk.grant_engine('" + app + "')");
        run("grant select on insightdesk.tenant_directory to " + app);
        DevDatabase byApp = DevDatabase.of(server.dataSource(name, app));
        assertThatThrownBy(() -> byApp.seed(SeedSize.MEDIUM, TEST, SeedListener.none()))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("row-level security")
                .hasMessageContaining("Connect as 'postgres'");
        assertThatThrownBy(() -> byApp.reset(TEST))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("belongs to 'postgres'");
    }

    @Test
    void resetEmptiesTheSchemaAndLeavesEverythingElse() throws SQLException {
        database.migrate();
        String app = "seed_engine_" + suffix;
        server.createUser(app);
        run("call insightdesk.grant_engine('" + app + "')");
        run("create schema shop; create table shop.orders (id int primary key, note text); "
                + "insert into shop.orders values (1, 'kept')");
        SeedReport ignored = database.seed(SeedSize.SMALL, TEST, SeedListener.none());
        database.reset(TEST);
        assertThat(ask("select count(*) from insightdesk.ticket")).isEqualTo("0");
        assertThat(ask("select note from shop.orders")).isEqualTo("kept");
        try (InsightDesk byApp = InsightDesk.builder()
                .dataSource(server.dataSource(name, app))
                .migrate(MigrationMode.VALIDATE)
                .build()) {
            assertThat(byApp.tenants().ids(null, 10)).isEmpty();
        }
        assertThat(database.seed(SeedSize.SMALL, TEST, SeedListener.none()).tenantsMade())
                .isEqualTo(1);
    }

    @Test
    void resetMakesASchemaThatWasNotThere() {
        assertThat(asOwner().reset(TEST)).startsWith("The schema insightdesk is empty, at version ");
    }

    @Test
    void resetRefusesToTakeAnythingOfTheHostAlong() throws SQLException {
        database.migrate();
        run(
                "create schema shop; create table shop.orders (id int primary key, tenant uuid "
                        + "references insightdesk.tenant (tenant_id)); create view shop.tickets as select id from insightdesk.ticket");
        assertThatThrownBy(() -> database.reset(TEST))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("shop.tickets")
                .hasMessageContaining("orders_tenant_fkey");
        assertThat(ask("select count(*) from shop.tickets")).isEqualTo("0");
        run("drop schema shop cascade; create table insightdesk.mine (id int)");
        assertThatThrownBy(() -> database.reset(TEST))
                .isInstanceOf(SeedRefusedException.class)
                .hasMessageContaining("mine");
    }
}
