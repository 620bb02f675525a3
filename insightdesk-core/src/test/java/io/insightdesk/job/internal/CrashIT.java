package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.testing.ScratchDatabase;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes that are killed or stopped at any moment, under load. */
class CrashIT {

    private static final int LANDED = 20;
    private static final int NEVER_COMMITTED = 1_000_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private ScratchDatabase scratch;
    private Scope scope;
    private CrashNode feeder;
    private int committed;

    @BeforeEach
    void open() throws SQLException {
        scratch = ScratchDatabase.create();
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table insightdesk.ran (kind text not null, value integer not null)");
            statement.execute("grant insert on insightdesk.ran to scratch_work");
        }
        scope = scratch.scope(scratch.tenant("crash"));
        feeder = new CrashNode(scratch.anotherNode(), () -> {});
    }

    @AfterEach
    void close() {
        boolean unused = feeder.jobs.workers().stop(Duration.ofSeconds(10));
        scratch.close();
    }

    /** Some that are committed, and some that are rolled back. */
    private void feed(int pairs) {
        List<NewJob> jobs = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            jobs.add(job(CrashNode.PLAIN, committed));
            jobs.add(job(CrashNode.EXACT, committed));
            committed++;
        }
        feeder.jobs.jobs(scope).enqueueAll(jobs);
        assertThatThrownBy(() -> scope.run(tx -> {
                    feeder.jobs
                            .jobs(scope.in(tx))
                            .enqueueAll(List.of(
                                    job(CrashNode.PLAIN, NEVER_COMMITTED + committed),
                                    job(CrashNode.EXACT, NEVER_COMMITTED + committed)));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
    }

    private static NewJob job(JobKind<CrashNode.Item> kind, int value) {
        // A crash counts against all that the process had claimed; here there are many crashes.
        return NewJob.builder(kind, new CrashNode.Item(value))
                .maxAttempts(1_000)
                .build();
    }

    private Process start() throws IOException, SQLException {
        String url;
        String user;
        try (Connection connection = scratch.dataSource().getConnection()) {
            url = connection.getMetaData().getURL();
            user = connection.getMetaData().getUserName();
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("surefire.test.class.path", ""),
                        CrashNode.class.getName(),
                        url,
                        user)
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader();
        String line;
        do {
            line = output.readLine();
            assertThat(line).as("the worker began to work").isNotNull();
        } while (!line.endsWith(CrashNode.WORKING));
        // A pipe that nobody reads stops whoever logs.
        Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "drain");
        drain.setDaemon(true);
        drain.start();
        return process;
    }

    private long ask(String sql) {
        return scratch.database().system(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private long inFlightOf(Process process) {
        return ask("select count(*) from {schema}.job join {schema}.job_worker w on w.id = worker where w.process = "
                + process.pid());
    }

    private void finish() {
        feeder.jobs.workers().start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ask("select count(*) from {schema}.job where kind in ('plain', 'exact')") == 0);
    }

    private void assertNothingWasLostOrDoneInVain() {
        long plain = ask("select count(distinct value) from {schema}.ran where kind = 'plain'");
        long exact = ask("select count(distinct value) from {schema}.ran where kind = 'exact'");
        long again = ask("select count(*) from {schema}.ran where kind = 'plain'") - plain;
        long twice = ask("select count(*) from {schema}.ran where kind = 'exact'") - exact;
        long vain = ask("select count(*) from {schema}.ran where value >= " + NEVER_COMMITTED);
        long dead = ask("select count(*) from {schema}.job_dead");
        System.out.printf(
                "committed %d + %d, lost %d + %d, done again %d, exactly-once done twice %d, rolled back and run %d, dead %d%n",
                committed, committed, committed - plain, committed - exact, again, twice, vain, dead);
        assertThat(plain).isEqualTo(committed);
        assertThat(exact).isEqualTo(committed);
        assertThat(twice).isZero();
        assertThat(vain).isZero();
        assertThat(dead).isZero();
    }

    @Test
    void nothingIsLostThoughWorkersAreKilledAtAnyMoment() throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        int kills = 0;
        int landed = 0;
        long inFlight = 0;
        while (landed < LANDED && System.nanoTime() < end) {
            feed(1_000);
            Process process = start();
            LockSupport.parkNanos(
                    TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(150)));
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            kills++;
            long had = inFlightOf(process);
            inFlight += had;
            landed += had > 0 ? 1 : 0;
        }

        finish();

        System.out.printf("%d kills, %d landed while %d jobs were in flight%n", kills, landed, inFlight);
        assertThat(landed).isGreaterThanOrEqualTo(LANDED);
        assertNothingWasLostOrDoneInVain();
    }

    @Test
    void aWorkerThatWasStoppedPastItsLeaseEndsNothingWhenItGoesOn() throws Exception {
        feed(3_000);
        Process process = start();
        try {
            await().until(() -> inFlightOf(process) > 0);
            signal(process, "STOP");
            long had = inFlightOf(process);
            finish();
            long done = ask("select count(*) from {schema}.ran");

            signal(process, "CONT");
            feed(500);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ask("select count(*) from {schema}.job_worker where process = " + process.pid()
                                    + " and lease_until > clock_timestamp()")
                            == 1);
            finish();

            System.out.printf("stopped with %d jobs in flight, %d done without it%n", had, done);
            assertNothingWasLostOrDoneInVain();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
