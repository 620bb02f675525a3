package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Migrations;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A database server that dies under load and comes back. */
class ServerCrashIT {

    private static final int CRASHES = 5;
    private static final String OWNER = "crash_owner";
    private static final String DATABASE = "crash";

    private int committed;
    private int landed;

    @Test
    void nothingIsLostThoughTheServerIsKilled() throws SQLException {
        try (PostgresServer server = PostgresServer.builder().start()) {
            server.createUser(OWNER, PostgresServer.UserRight.CREATEROLE);
            server.createDatabaseOwnedBy(DATABASE, OWNER);
            int unused = new Migrations(server.dataSource(DATABASE, OWNER), "insightdesk", "scratch_work").migrate();
            execute(server, "create table insightdesk.ran (kind text not null, value integer not null)");
            execute(server, "grant insert on insightdesk.ran to scratch_work");
            try (HikariDataSource pool = pool(server)) {
                String role = Roles.decide(pool, "insightdesk", "scratch_work")
                        .switchTo()
                        .orElseThrow();
                run(server, new Database(pool, "insightdesk", role, new SimpleMeterRegistry()));
            }
        }
    }

    private static HikariDataSource pool(PostgresServer server) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server.dataSource(DATABASE, OWNER));
        config.setMaximumPoolSize(12);
        config.setConnectionTimeout(2_000);
        return new HikariDataSource(config);
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource(DATABASE, OWNER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void run(PostgresServer server, Database database) {
        TenantId tenant = new TenantFeature(database, Clock.systemUTC())
                .tenants()
                .create(NewTenant.of("crash", "Crash"))
                .id();
        Scope scope = new Scope(tenant, Actor.system(), Authority.ALL, database, Clock.systemUTC(), null);
        CrashNode first = new CrashNode(database, () -> {});
        CrashNode second = new CrashNode(database, () -> {});
        try {
            crash(server, database, scope, first, second);
        } finally {
            boolean unused = first.jobs.workers().stop(Duration.ofSeconds(20));
            boolean unusedToo = second.jobs.workers().stop(Duration.ofSeconds(20));
        }
        long plain = ask(database, "select count(distinct value) from {schema}.ran where kind = 'plain'");
        long exact = ask(database, "select count(distinct value) from {schema}.ran where kind = 'exact'");
        long again = ask(database, "select count(*) from {schema}.ran where kind = 'plain'") - plain;
        long twice = ask(database, "select count(*) from {schema}.ran where kind = 'exact'") - exact;
        System.out.printf(
                "%d crashes of the server, %d under load: committed %d + %d, lost %d + %d, done again %d, "
                        + "exactly-once done twice %d%n",
                CRASHES, landed, committed, committed, committed - plain, committed - exact, again, twice);
        assertThat(landed).isEqualTo(CRASHES);
        assertThat(plain).isEqualTo(committed);
        assertThat(exact).isEqualTo(committed);
        assertThat(twice).isZero();
    }

    private void crash(PostgresServer server, Database database, Scope scope, CrashNode first, CrashNode second) {
        first.jobs.workers().start();
        second.jobs.workers().start();
        for (int crash = 0; crash < CRASHES; crash++) {
            feed(first, scope, 2_000);
            long before = ask(database, "select count(*) from {schema}.ran");
            await().until(() -> ask(database, "select count(*) from {schema}.ran") > before + 50);
            landed += ask(database, "select count(*) from {schema}.job where state = 'running'") > 0 ? 1 : 0;
            server.kill();
            server.restart();
        }
        await().atMost(Duration.ofSeconds(90))
                .ignoreExceptionsInstanceOf(UnavailableException.class)
                .until(() -> ask(database, "select count(*) from {schema}.job where kind in ('plain', 'exact')") == 0);
    }

    private void feed(CrashNode node, Scope scope, int pairs) {
        List<NewJob> jobs = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            jobs.add(job(CrashNode.PLAIN, committed + i));
            jobs.add(job(CrashNode.EXACT, committed + i));
        }
        // Before the pool has found out, connections of the server that died are given out.
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(UnavailableException.class)
                .until(() -> ask(scope, "select 1") == 1);
        assertThat(node.jobs.jobs(scope).enqueueAll(jobs)).hasSize(jobs.size());
        committed += pairs;
    }

    private static NewJob job(JobKind<CrashNode.Item> kind, int value) {
        return NewJob.builder(kind, new CrashNode.Item(value))
                .maxAttempts(1_000)
                .build();
    }

    private static long ask(Scope scope, String sql) {
        return scope.run(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private static long ask(Database database, String sql) {
        return database.system(tx -> tx.query(sql).mapTo(Long.class).one());
    }
}
