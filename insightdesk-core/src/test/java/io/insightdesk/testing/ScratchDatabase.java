package io.insightdesk.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Migrations;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.insightdesk.tenant.internal.TenantFeature;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A migrated database of its own, owned by a user who is no superuser, as a host has it. */
public final class ScratchDatabase implements AutoCloseable {

    private static final String OWNER = "scratch_owner";
    private static final String TEMPLATE = "scratch_template";
    private static final String SCHEMA = "insightdesk";
    private static final String WORK_ROLE = "scratch_work";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final PostgresServer server = PostgresServer.shared();
    private final String name;
    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-23T09:00:00Z"));
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final Database database;
    private final Tenants tenants;

    /** Made with the first use. */
    private static final class Template {
        static final Template MADE = new Template();

        private Template() {
            PostgresServer server = PostgresServer.shared();
            server.createUser(OWNER, PostgresServer.UserRight.CREATEROLE);
            server.createDatabaseOwnedBy(TEMPLATE, OWNER);
            int unused = new Migrations(server.dataSource(TEMPLATE, OWNER), SCHEMA, WORK_ROLE).migrate();
        }
    }

    private ScratchDatabase(String name) {
        this.name = name;
        server.createDatabase(name, TEMPLATE);
        this.database = anotherNode();
        this.tenants = new TenantFeature(database, clock).tenants();
    }

    /** A new one. */
    public static ScratchDatabase create() {
        if (Template.MADE == null) {
            throw new IllegalStateException();
        }
        return new ScratchDatabase("scratch_" + NUMBER.incrementAndGet());
    }

    /** The transactions of the first node. */
    public Database database() {
        return database;
    }

    /** The transactions of another node, with a pool of its own. */
    public Database anotherNode() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource());
        config.setMaximumPoolSize(12);
        config.setMinimumIdle(1);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        String role = Roles.decide(pool, SCHEMA, WORK_ROLE).switchTo().orElseThrow();
        return new Database(pool, SCHEMA, role, new SimpleMeterRegistry());
    }

    /** Single connections as the owner of the tables. */
    public DataSource dataSource() {
        return server.dataSource(name, OWNER);
    }

    /** The time that users see. */
    public MutableClock clock() {
        return clock;
    }

    /** The tenants. */
    public Tenants tenants() {
        return tenants;
    }

    /** A new tenant. */
    public TenantId tenant(String slug) {
        return tenants.create(NewTenant.of(slug, slug)).id();
    }

    /** The system's scope in a tenant. */
    public Scope scope(TenantId tenant) {
        return new Scope(tenant, Actor.system(), Authority.ALL, database, clock, null);
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
        server.dropDatabase(name);
    }
}
