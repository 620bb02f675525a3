package io.insightdesk.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Migrations;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A migrated database of a test class's own on the JVM's PostgreSQL, with one tenant. {@link #close} fails when a connection
 * was not given back.
 */
public final class TestDatabase implements AutoCloseable {

    /** The schema of the library's tables. */
    public static final String SCHEMA = "insightdesk";

    /** The role that {@link As#SUPERUSER} and {@link As#OWNER} switch to. */
    public static final String WORK_ROLE = "insightdesk_work";

    /** As whom the library's data source connects. */
    public enum As {
        /** Sees past row-level security, so that the library switches to the work role. */
        SUPERUSER,
        /** Owns the tables without other rights; switches to the work role. */
        OWNER,
        /** Owns nothing; works as itself. */
        USER
    }

    private static final AtomicInteger TENANTS = new AtomicInteger();

    private final String name;
    private final HikariDataSource dataSource;
    private final Database database;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final MutableClock clock = MutableClock.at("2026-01-15T09:00:00Z");
    private final TenantId tenant;

    private TestDatabase(String name, String user, int connections) {
        this.name = name;
        this.dataSource = pool(name, user, connections);
        Roles.Decision decision = Roles.decide(dataSource, SCHEMA, WORK_ROLE);
        decision.problem().ifPresent(problem -> {
            throw new IllegalStateException(problem);
        });
        this.database = new Database(dataSource, SCHEMA, decision.switchTo().orElse(null), meters);
        this.tenant = newTenant();
    }

    /** A new database; the library connects as the superuser. */
    public static TestDatabase fresh() {
        return fresh(As.SUPERUSER);
    }

    /** A new database, with a pool of ten. */
    public static TestDatabase fresh(As as) {
        return fresh(as, 10);
    }

    /** A new database. */
    public static TestDatabase fresh(As as, int connections) {
        PostgresServer server = PostgresServer.shared();
        String suffix = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        String name = "test_" + suffix;
        String template = Template.NAME;
        switch (as) {
            case SUPERUSER -> {
                server.createDatabase(name, template);
                return new TestDatabase(name, PostgresServer.SUPERUSER, connections);
            }
            case OWNER -> {
                String owner = "owner_" + suffix;
                server.createUser(owner);
                execute(server.dataSource("postgres"), "grant " + WORK_ROLE + " to " + owner);
                server.createDatabaseOwnedBy(name, owner);
                new Migrations(server.dataSource(name, owner), SCHEMA, WORK_ROLE).migrate();
                return new TestDatabase(name, owner, connections);
            }
            case USER -> {
                String user = "user_" + suffix;
                server.createUser(user);
                server.createDatabase(name, template);
                execute(server.dataSource(name), "call " + SCHEMA + ".grant_engine('" + user + "')");
                return new TestDatabase(name, user, connections);
            }
        }
        throw new IllegalStateException("unknown: " + as);
    }

    /** The library's data source, a pool. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** The superuser's data source without a pool, to look at things. */
    public DataSource admin() {
        return PostgresServer.shared().dataSource(name);
    }

    /** The library's transactions. */
    public Database database() {
        return database;
    }

    /** An event log whose durable subscriptions deliver nothing. */
    public EventFeature events() {
        return new EventFeature(database, new InMemorySigner(), new EventFeature.DeliveryQueue() {
            @Override
            public void enqueue(Tx tx, Scope scope, String subscription, UUID ticketId) {
                // Nobody delivers.
            }

            @Override
            public void handle(String subscription, EventFeature.Deliverer deliverer) {
                throw new UnsupportedOperationException("nobody delivers in this test");
            }
        });
    }

    /** The meters of {@link #database}. */
    public MeterRegistry meters() {
        return meters;
    }

    /** The clock of all scopes. */
    public MutableClock clock() {
        return clock;
    }

    /** The first tenant. */
    public TenantId tenant() {
        return tenant;
    }

    /** Makes another tenant. */
    public TenantId newTenant() {
        return new TenantFeature(database, clock)
                .tenants()
                .create(NewTenant.of("tenant-" + TENANTS.incrementAndGet() + "x", "A tenant"))
                .id();
    }

    /** The first tenant's scope, as the system with all permissions. */
    public Scope system() {
        return system(tenant);
    }

    /** A tenant's scope, as the system with all permissions. */
    public Scope system(TenantId of) {
        return new Scope(of, Actor.system(), Authority.ALL, database, clock, null);
    }

    /** The first tenant's scope. */
    public Scope scope(Actor actor, Authority authority) {
        return new Scope(tenant, actor, authority, database, clock, null);
    }

    /** The first tenant's scope, as the system, in other transactions. */
    public Scope in(Transactions transactions) {
        return new Scope(tenant, Actor.system(), Authority.ALL, transactions, clock, null);
    }

    /** Runs a statement as the superuser. */
    public void execute(String sql) {
        execute(admin(), sql);
    }

    @Override
    public void close() {
        int lent = dataSource.getHikariPoolMXBean().getActiveConnections();
        dataSource.close();
        PostgresServer.shared().dropDatabase(name);
        if (lent > 0) {
            throw new AssertionError(lent + " connections were not given back");
        }
    }

    private static HikariDataSource pool(String database, String user, int connections) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(PostgresServer.shared().dataSource(database, user));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }

    private static void execute(DataSource where, String sql) {
        try (Connection connection = where.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Migrated once per JVM; copying it takes a fraction of migrating. */
    private static final class Template {

        static final String NAME = make();

        private static String make() {
            PostgresServer server = PostgresServer.shared();
            String name = "test_template";
            server.createDatabase(name);
            new Migrations(server.dataSource(name), SCHEMA, WORK_ROLE).migrate();
            return name;
        }
    }
}
