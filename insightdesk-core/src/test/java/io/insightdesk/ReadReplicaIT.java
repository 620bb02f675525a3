package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.Health.Status;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.OrganizationQuery;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Replica;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.internal.db.SeenPosition;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestReplica;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads at a real streaming replica whose replay can be held. */
class ReadReplicaIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** So long that no test sees it pass. */
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    static Path directory;

    private static TestReplica both;

    private final List<InsightDesk> nodes = new CopyOnWriteArrayList<>();
    private final List<String> atReplica = new CopyOnWriteArrayList<>();
    private volatile @Nullable SQLException refusal;

    @BeforeAll
    static void start() {
        both = TestReplica.start(directory);
    }

    @AfterAll
    static void stop() {
        both.close();
    }

    @AfterEach
    void endNodes() {
        nodes.forEach(InsightDesk::close);
        both.resume();
    }

    @Test
    void readsGoToTheReplicaThatHasReplayedWhatWasWritten() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        Desk desk = desk(node, tenant(node));
        Ticket ticket = desk.tickets().create(Shop.ticket("Seen"));
        both.catchUp();
        atReplica.clear();

        assertThat(desk.tickets().list(TicketQuery.builder().build()).items()).containsExactly(ticket);

        assertThat(atReplica).as("one round trip and the end").containsExactly("execute", "commit");
        assertThat(reads(node, "replica", "none")).isOne();
        assertThat(desk.customers().list(CustomerQuery.all()).items()).hasSize(1);
        assertThat(desk.organizations().list(OrganizationQuery.all()).items()).isEmpty();
        assertThat(desk.audit().list(AuditQuery.all()).items()).isNotEmpty();
        assertThat(reads(node, "replica", "none")).isEqualTo(4);
        assertThat(reads(node, "primary", "failed")).isZero();
        assertThat(node.health().status()).isEqualTo(Status.UP);
    }

    @Test
    void whatWasJustWrittenIsSeenWhileTheReplicaLacksIt() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        Desk desk = desk(node, tenant);
        Ticket before = desk.tickets().create(Shop.ticket("Before"));
        both.catchUp();
        assertThat(subjects(desk)).containsExactly("Before");
        both.pause();

        Ticket after = desk.tickets().create(Shop.ticket("After"));

        assertThat(stored(tenant)).as("at the replica").isEqualTo("1");
        assertThat(desk.tickets().list(TicketQuery.builder().build()).items()).containsExactlyInAnyOrder(before, after);
        assertThat(reads(node, "primary", "behind")).isOne();
        both.resume();
        double known = reads(node, "replica", "none");
        assertThat(subjects(desk)).containsExactlyInAnyOrder("Before", "After");
        assertThat(reads(node, "replica", "none")).isEqualTo(known + 1);
    }

    @Test
    void anotherNodeIsToldWhatItsCallerHasSeen() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        InsightDesk other = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        Desk desk = desk(node, tenant);
        desk.tickets().create(Shop.ticket("Before"));
        String early = desk.readAfter().orElseThrow();
        both.catchUp();
        // So that the other node asks the primary where it is before the next write.
        await().until(() -> subjects(desk(other, tenant).withReadAfter(early)).equals(List.of("Before"))
                && reads(other, "replica", "none") > 0);
        both.pause();
        desk.tickets().create(Shop.ticket("After"));
        String late = desk.readAfter().orElseThrow();

        assertThat(subjects(desk(other, tenant).withReadAfter(early)))
                .as("served by the replica")
                .containsExactly("Before");
        assertThat(subjects(desk(other, tenant).withReadAfter(late))).containsExactlyInAnyOrder("Before", "After");
        assertThat(subjects(desk(other, tenant)))
                .as("nobody knows what this one has seen")
                .containsExactlyInAnyOrder("Before", "After");
        String foreign = foreign(other);
        for (String worthless : List.of("", "x", late + "A", "A".repeat(501), foreign)) {
            double unknown = reads(other, "primary", "unknown");
            assertThat(subjects(desk(other, tenant).withReadAfter(worthless))).hasSize(2);
            assertThat(reads(other, "primary", "unknown")).as(worthless).isEqualTo(unknown + 1);
        }
    }

    /** What somebody of another tenant has seen. */
    private static String foreign(InsightDesk node) {
        Desk desk = desk(node, tenant(node));
        desk.tickets().create(Shop.ticket("Foreign"));
        return desk.readAfter().orElseThrow();
    }

    @Test
    void whatAReaderWasShownIsNotTakenBack() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        Desk reader = desk(node, tenant);
        both.catchUp();
        assertThat(subjects(reader)).isEmpty();
        both.pause();
        desk(node, tenant).tickets().create(Shop.ticket("Another's"));

        assertThat(subjects(reader)).as("from the replica").isEmpty();
        Desk fresh = desk(node, tenant);
        assertThat(subjects(fresh)).as("from the primary").containsExactly("Another's");
        assertThat(subjects(fresh)).as("from now on").containsExactly("Another's");
    }

    @Test
    void aReplicaThatIsTooFarBehindIsLeftAlone() {
        InsightDesk node = node(PostgresServer.SUPERUSER, Duration.ofSeconds(2));
        TenantId tenant = tenant(node);
        Desk reader = desk(node, tenant);
        both.catchUp();
        assertThat(subjects(reader)).isEmpty();
        both.pause();
        desk(node, tenant).tickets().create(Shop.ticket("Another's"));

        await().atMost(LONG).untilAsserted(() -> assertThat(subjects(reader)).containsExactly("Another's"));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(check(node).status()).isEqualTo(Status.DEGRADED));
        assertThat(check(node).detail()).contains("too far behind").contains("2 s");
        both.resume();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(check(node).status()).isEqualTo(Status.UP));
    }

    @Test
    void aReplicaThatIsGoneIsDoneWithoutUntilItIsBack() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        Desk desk = desk(node, tenant(node));
        desk.tickets().create(Shop.ticket("There"));
        both.catchUp();
        assertThat(subjects(desk)).containsExactly("There");
        double before = reads(node, "replica", "none");
        both.replicaServer().kill();
        try {
            assertThat(subjects(desk)).containsExactly("There");
            assertThat(reads(node, "primary", "failed")).isOne();
            assertThat(subjects(desk)).as("without trying again").containsExactly("There");
            assertThat(reads(node, "primary", "resting")).isOne();
            assertThat(check(node).status()).isEqualTo(Status.DEGRADED);
            assertThat(node.health().status()).isEqualTo(Status.DEGRADED);
        } finally {
            both.replicaServer().restart();
        }
        both.catchUp();

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(subjects(desk)).containsExactly("There");
            assertThat(reads(node, "replica", "none")).isGreaterThan(before);
        });
        assertThat(check(node).status()).isEqualTo(Status.UP);
    }

    @Test
    void whatTheReplicaCancelsIsAskedOfThePrimary() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        Desk desk = desk(node, tenant(node));
        desk.tickets().create(Shop.ticket("Long"));
        both.catchUp();
        assertThat(subjects(desk)).containsExactly("Long");

        refusal = new SQLException("canceling statement due to conflict with recovery", "40001");
        assertThat(subjects(desk)).containsExactly("Long");
        refusal = null;

        assertThat(reads(node, "primary", "failed")).isOne();
        double before = reads(node, "replica", "none");
        assertThat(subjects(desk)).as("the next one is not kept from it").containsExactly("Long");
        assertThat(reads(node, "replica", "none")).isEqualTo(before + 1);
    }

    @Test
    void oneTenantDoesNotSeeAnotherAtTheReplica() {
        for (String user : List.of(PostgresServer.SUPERUSER, TestReplica.USER)) {
            InsightDesk node = node(user, HOUR);
            Desk one = desk(node, tenant(node));
            Desk two = desk(node, tenant(node));
            one.tickets().create(Shop.ticket("One"));
            two.tickets().create(Shop.ticket("Two"));
            both.catchUp();

            assertThat(subjects(one)).containsExactly("One");
            assertThat(subjects(two)).containsExactly("Two");

            assertThat(reads(node, "replica", "none")).as(user).isEqualTo(2);
        }
    }

    /** No statement names the tenant here, as one that forgot to would. */
    @Test
    void rowLevelSecurityHoldsAtTheReplica() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        desk(node, tenant).tickets().create(Shop.ticket("One"));
        desk(node, tenant(node)).tickets().create(Shop.ticket("Two"));
        both.catchUp();
        for (String user : List.of(PostgresServer.SUPERUSER, TestReplica.USER)) {
            DataSource primary = both.primary(user);
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            String role = TestDatabase.SCHEMA + "_work";
            Replica replica =
                    new Replica(watched(both.replica(user)), primary, TestDatabase.SCHEMA, role, false, HOUR, meters);
            Database database = new Database(
                    primary,
                    null,
                    TestDatabase.SCHEMA,
                    Roles.decide(primary, TestDatabase.SCHEMA, role).switchTo().orElse(null),
                    false,
                    replica,
                    meters);
            atReplica.clear();
            // The first one may find that the node knows of a position that has just been passed.
            await().atMost(LONG).until(() -> {
                assertThat(database.followedBy(new SeenPosition(0), Duration.ZERO)
                                .<Long>read(
                                        tenant.value(),
                                        tx -> tx.query("select count(*) from {schema}.ticket")
                                                .mapTo(Long.class)
                                                .one()))
                        .as(user)
                        .isOne();
                return atReplica.contains("commit");
            });
        }
    }

    @Test
    void whoRepeatsARequestSeesWhatTheFirstOneDid() {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        InsightDesk other = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        Desk first = desk(node, tenant);
        first.tickets().create(Shop.ticket("Before"));
        String early = first.readAfter().orElseThrow();
        both.catchUp();
        assertThat(subjects(desk(other, tenant).withReadAfter(early))).containsExactly("Before");
        both.pause();
        IdempotentRequest request = new IdempotentRequest("key", "hash");
        RememberedAnswer answer = desk(node, tenant).remember(request, desk -> {
            desk.tickets().create(Shop.ticket("Once"));
            return new RememberedAnswer(201, Map.of(), "made");
        });

        Desk again = desk(other, tenant).withReadAfter(early);
        assertThat(again.remember(request, desk -> new RememberedAnswer(500, Map.of(), "made twice")))
                .isEqualTo(answer);

        assertThat(subjects(again)).containsExactlyInAnyOrder("Before", "Once");
    }

    @Test
    void whatIsPartOfATransactionOrDecidesWhoSeesWhatIsNotReadThere() throws SQLException {
        InsightDesk node = node(PostgresServer.SUPERUSER, HOUR);
        TenantId tenant = tenant(node);
        Desk desk = desk(node, tenant);
        desk.tickets().create(Shop.ticket("There"));
        Agent agent = desk.agents().create(NewAgent.of("Ann", "ann@shop.example", Role.AGENT));
        both.catchUp();
        assertThat(subjects(desk)).containsExactly("There");
        Desk agents = node.tenant(tenant).as(agent.actor());
        assertThat(subjects(agents)).containsExactly("There");
        atReplica.clear();

        assertThat(desk.transact(ReadReplicaIT::subjects)).containsExactly("There");
        try (Connection connection = both.primary(PostgresServer.SUPERUSER).getConnection()) {
            connection.setAutoCommit(false);
            assertThat(desk.within(connection, ReadReplicaIT::subjects)).containsExactly("There");
            connection.rollback();
        }
        assertThat(subjects(agents)).as("private teams decide").containsExactly("There");
        assertThat(desk.tickets()
                        .get(desk.tickets()
                                .list(TicketQuery.builder().build())
                                .items()
                                .get(0)
                                .id()))
                .isNotNull();

        assertThat(atReplica).as("the last list only").containsExactly("execute", "commit");
    }

    @Test
    void anotherDatabaseIsNotTakenForAReplica() {
        DataSource elsewhere = PostgresServer.shared().dataSource("postgres");
        InsightDesk node = node(both.primary(PostgresServer.SUPERUSER), elsewhere, HOUR);
        Desk desk = desk(node, tenant(node));
        desk.tickets().create(Shop.ticket("Here"));

        assertThat(subjects(desk)).containsExactly("Here");

        assertThat(check(node).status()).isEqualTo(Status.DEGRADED);
        assertThat(check(node).detail()).contains("another database");
        assertThat(reads(node, "replica", "none")).isZero();
    }

    @Test
    void aPrimaryIsNotTakenForAReplica() {
        DataSource primary = both.primary(PostgresServer.SUPERUSER);
        InsightDesk node = node(primary, primary, HOUR);
        Desk desk = desk(node, tenant(node));
        desk.tickets().create(Shop.ticket("Here"));

        assertThat(subjects(desk)).containsExactly("Here");

        assertThat(check(node).detail()).contains("not in recovery");
        assertThat(reads(node, "replica", "none")).isZero();
    }

    @Test
    void aReplicaThatWasPromotedIsNotRead(@TempDir Path own) {
        try (TestReplica pair = TestReplica.start(own);
                InsightDesk node =
                        build(pair.primary(PostgresServer.SUPERUSER), pair.replica(PostgresServer.SUPERUSER), HOUR)) {
            Desk desk = desk(node, tenant(node));
            desk.tickets().create(Shop.ticket("Both"));
            pair.catchUp();
            assertThat(subjects(desk)).containsExactly("Both");
            assertThat(reads(node, "replica", "none")).isOne();

            pair.promote();

            assertThat(subjects(desk)).containsExactly("Both");
            desk.tickets().create(Shop.ticket("Old primary"));
            assertThat(subjects(desk)).containsExactlyInAnyOrder("Both", "Old primary");
            assertThat(reads(node, "replica", "none")).isOne();
            assertThat(check(node).status()).isEqualTo(Status.DEGRADED);
        }
    }

    private static Health.Check check(InsightDesk node) {
        return node.health().checks().stream()
                .filter(check -> check.name().equals("replica"))
                .findFirst()
                .orElseThrow();
    }

    private static double reads(InsightDesk node, String target, String reason) {
        return node.meterRegistry()
                .get("insightdesk.db.reads")
                .tag("target", target)
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static List<String> subjects(Desk desk) {
        return desk.tickets().list(TicketQuery.builder().build()).items().stream()
                .map(Ticket::subject)
                .toList();
    }

    /** How many tickets the replica shows of a tenant. */
    private static String stored(TenantId tenant) {
        return TestReplica.text(
                both.replica(PostgresServer.SUPERUSER),
                "select count(*)::text from insightdesk.ticket where tenant_id = '" + tenant + "'");
    }

    private static TenantId tenant(InsightDesk node) {
        return node.tenants()
                .create(NewTenant.of("t" + UUID.randomUUID().toString().substring(0, 8), "A tenant"))
                .id();
    }

    private static Desk desk(InsightDesk node, TenantId tenant) {
        return node.tenant(tenant).as(Actor.system());
    }

    private InsightDesk node(String user, Duration lag) {
        return node(both.primary(user), watched(both.replica(user)), lag);
    }

    private InsightDesk node(DataSource primary, DataSource replica, Duration lag) {
        InsightDesk made = build(primary, replica, lag);
        nodes.add(made);
        return made;
    }

    private static InsightDesk build(DataSource primary, DataSource replica, Duration lag) {
        return InsightDesk.builder()
                .dataSource(primary)
                .readDataSource(replica)
                .maxReplicaLag(lag)
                .meterRegistry(new SimpleMeterRegistry())
                .migrate(MigrationMode.NONE)
                .build();
    }

    private DataSource watched(DataSource real) {
        return proxy(DataSource.class, real);
    }

    private <T> T proxy(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    SQLException refused = refusal;
                    if (real instanceof PreparedStatement && name.equals("execute")) {
                        if (refused != null) {
                            throw refused;
                        }
                        atReplica.add(name);
                    } else if (real instanceof Connection && name.equals("commit")) {
                        atReplica.add(name);
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (real instanceof DataSource && result instanceof Connection) {
                        return proxy(Connection.class, result);
                    }
                    return real instanceof Connection && result instanceof PreparedStatement
                            ? proxy(PreparedStatement.class, result)
                            : result;
                }));
    }
}
