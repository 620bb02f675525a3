package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.TcpProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network between nodes and database that cuts connections at any moment, or goes silent, under load. */
class ConnectionCutIT {

    private static final Pattern SERVER = Pattern.compile("//([^:/]+):([0-9]+)/");
    private static final Duration CUTTING = Duration.ofSeconds(16);
    private static final int LANDED = 20;
    private static final int BACKLOG = 2_000;
    private static final Duration SILENCE = Duration.ofSeconds(7);
    private static final RetryPolicy SOON_AGAIN = RetryPolicy.exponential(Duration.ofMillis(200), Duration.ofSeconds(1))
            .timeout(Duration.ofMinutes(1));

    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<CrashNode> nodes = new ArrayList<>();
    private ScratchDatabase scratch;
    private TcpProxy proxy;
    private String proxied;
    private String user;
    private Database feeding;
    private Scope scope;
    private volatile boolean enough;
    private int offered;
    private int failed;

    @BeforeEach
    void open() throws SQLException {
        scratch = ScratchDatabase.create();
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table insightdesk.ran (kind text not null, value integer not null)");
            statement.execute("create table insightdesk.fed (value integer not null)");
            statement.execute("grant insert on insightdesk.ran, insightdesk.fed to scratch_work");
            String url = connection.getMetaData().getURL();
            Matcher server = SERVER.matcher(url);
            assertThat(server.find()).as(url).isTrue();
            proxy = new TcpProxy(server.group(1), Integer.parseInt(server.group(2)));
            proxied = server.replaceFirst("//localhost:" + proxy.port() + "/");
            user = connection.getMetaData().getUserName();
        }
        feeding = throughProxy();
        scope = new Scope(scratch.tenant("cut"), Actor.system(), Authority.ALL, feeding, Clock.systemUTC(), null);
    }

    @AfterEach
    void close() {
        enough = true;
        proxy.goOn();
        nodes.forEach(node -> {
            boolean unused = node.jobs.workers().stop(Duration.ofSeconds(10));
            node.jobs.close();
        });
        pools.forEach(HikariDataSource::close);
        proxy.close();
        scratch.close();
    }

    private Database throughProxy() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(proxied);
        config.setUsername(user);
        config.setMaximumPoolSize(12);
        config.setConnectionTimeout(2_000);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        String role =
                Roles.decide(pool, "insightdesk", "scratch_work").switchTo().orElseThrow();
        return new Database(pool, "insightdesk", role, new SimpleMeterRegistry());
    }

    private CrashNode node(Database database) {
        CrashNode node = new CrashNode(database, () -> {}, SOON_AGAIN);
        nodes.add(node);
        return node;
    }

    /** What is committed is known by the table of what was fed, also when a cut took the answer to the commit. */
    private void feed(CrashNode feeder, int pairs) {
        int from = offered;
        offered += pairs;
        try {
            scope.run(tx -> {
                int unused = tx.update(
                                "insert into {schema}.fed (value) select generate_series(:from::integer, :to::integer)")
                        .bind("from", from)
                        .bind("to", from + pairs - 1)
                        .execute();
                List<NewJob> jobs = new ArrayList<>();
                for (int i = from; i < from + pairs; i++) {
                    jobs.add(job(CrashNode.PLAIN, i));
                    jobs.add(job(CrashNode.EXACT, i));
                }
                return feeder.jobs.jobs(scope.in(tx)).enqueueAll(jobs);
            });
        } catch (UnavailableException e) {
            failed++;
        }
    }

    private static NewJob job(JobKind<CrashNode.Item> kind, int value) {
        return NewJob.builder(kind, new CrashNode.Item(value))
                .maxAttempts(1_000)
                .build();
    }

    private long ask(String sql) {
        return scratch.database().system(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private long inFlight() {
        return ask("select count(*) from {schema}.job where state = 'running'");
    }

    private void awaitAllDone() {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> ask("select count(*) from {schema}.job where kind in ('plain', 'exact')") == 0);
    }

    private void assertNothingWasLostOrDoneInVain() {
        long committed = ask("select count(*) from {schema}.fed");
        long plain = ask("select count(distinct value) from {schema}.ran where kind = 'plain'");
        long exact = ask("select count(distinct value) from {schema}.ran where kind = 'exact'");
        long again = ask("select count(*) from {schema}.ran where kind = 'plain'") - plain;
        long twice = ask("select count(*) from {schema}.ran where kind = 'exact'") - exact;
        long vain = ask("select count(*) from {schema}.ran where value not in (select value from {schema}.fed)");
        long dead = ask("select count(*) from {schema}.job_dead");
        System.out.printf(
                "offered %d, committed %d + %d, committed - done %d + %d, done again %d, exactly-once done twice %d, "
                        + "rolled back and run %d, dead %d, %d transactions of the feeder failed%n",
                offered, committed, committed, committed - plain, committed - exact, again, twice, vain, dead, failed);
        assertThat(committed).isPositive();
        assertThat(plain).isEqualTo(committed);
        assertThat(exact).isEqualTo(committed);
        assertThat(twice).isZero();
        assertThat(vain).isZero();
        assertThat(dead).isZero();
    }

    @Test
    void nothingIsLostThoughConnectionsAreCutAtAnyMoment() {
        CrashNode feeder = node(feeding);
        node(throughProxy()).jobs.workers().start();
        node(throughProxy()).jobs.workers().start();
        CompletableFuture<?> load = CompletableFuture.runAsync(() -> {
            while (!enough) {
                if (ask("select count(*) from {schema}.job where kind in ('plain', 'exact')") < BACKLOG) {
                    feed(feeder, 200);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        });
        long end = System.nanoTime() + CUTTING.toNanos();
        int cuts = 0;
        int connections = 0;
        int landed = 0;
        long jobs = 0;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(
                    TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(50, 600)));
            long had = inFlight();
            int cut = proxy.cut();
            cuts++;
            connections += cut;
            jobs += had;
            landed += had > 0 && cut > 0 ? 1 : 0;
            if (cuts % 5 == 0) {
                proxy.refuse(true);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                proxy.refuse(false);
            }
        }
        enough = true;
        load.join();
        long whileCut = ask("select count(*) from {schema}.ran");
        awaitAllDone();

        System.out.printf(
                "%d cuts of %d connections, %d landed while %d jobs were in flight; %d jobs done meanwhile%n",
                cuts, connections, landed, jobs, whileCut);
        assertThat(landed).isGreaterThanOrEqualTo(LANDED);
        assertNothingWasLostOrDoneInVain();
    }

    @Test
    void nothingIsLostThoughTheNetworkIsSilentForLongerThanTheLease() {
        CrashNode feeder = node(feeding);
        node(throughProxy()).jobs.workers().start();
        node(throughProxy()).jobs.workers().start();
        CrashNode elsewhere = node(scratch.anotherNode());
        feed(feeder, 3_000);
        await().until(() -> ask("select count(*) from {schema}.ran") > 100);
        long had = inFlight();
        proxy.goSilent();
        long began = System.nanoTime();
        elsewhere.jobs.workers().start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> inFlight() == 0
                        && ask("select count(*) from {schema}.job where kind in ('plain', 'exact')") == 0);
        long done = ask("select count(*) from {schema}.ran");
        LockSupport.parkNanos(began + SILENCE.toNanos() - System.nanoTime());
        assertThat(elsewhere.jobs.workers().stop(Duration.ofSeconds(10))).isTrue();

        proxy.goOn();
        feed(feeder, 500);
        awaitAllDone();

        System.out.printf(
                "silent for %d ms with %d jobs in flight; %d done meanwhile elsewhere%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began), had, done);
        assertThat(had).isPositive();
        assertNothingWasLostOrDoneInVain();
    }
}
