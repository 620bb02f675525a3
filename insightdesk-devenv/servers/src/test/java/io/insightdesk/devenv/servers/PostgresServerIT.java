package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.devenv.servers.PostgresServer.UserRight;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    @TempDir
    Path temp;

    @Test
    void theSharedServerIsPostgres17OnLoopbackWithSynchronousCommits() throws Exception {
        DataSource postgres = PostgresServer.shared().dataSource("postgres");

        assertThat(one(postgres, "show server_version")).startsWith("17.");
        assertThat(one(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(one(postgres, "show synchronous_commit")).isEqualTo("on");
        assertThat(one(postgres, "show fsync")).isEqualTo("off");
        assertThat(PostgresServer.shared()).isSameAs(PostgresServer.shared());
        PostgresServer.shared().close();
        assertThat(one(postgres, "select 1")).isEqualTo("1");
    }

    @Test
    void threadsMakeDatabasesAtTheSameTime() throws Exception {
        PostgresServer server = PostgresServer.shared();
        server.createDatabase("it_template");
        run(server.dataSource("it_template"), "create table copied (id int)");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "it_parallel_" + i;
                all.add(threads.submit(() -> {
                    start.await();
                    server.createDatabase(name, "it_template");
                    return run(server.dataSource(name), "insert into copied values (1)");
                }));
            }
            start.countDown();
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(one(
                        server.dataSource("postgres"),
                        "select count(*) from pg_database where datname like 'it_parallel%'"))
                .isEqualTo("16");
        server.dropDatabase("it_parallel_0");
        server.dropDatabase("it_parallel_0");
        assertThatThrownBy(() -> server.createDatabase("it_parallel_1"))
                .isInstanceOf(PostgresServerException.class)
                .hasMessageContaining("it_parallel_1");
    }

    @Test
    void aUserHasTheRightsItWasLastGiven() throws Exception {
        PostgresServer server = PostgresServer.shared();
        server.createUser("it \"owner\"", UserRight.SUPERUSER);
        server.createUser("it \"owner\"", UserRight.CREATEROLE);
        server.createDatabaseOwnedBy("it_owned", "it \"owner\"");

        DataSource asOwner = server.dataSource("it_owned", "it \"owner\"");
        assertThat(one(asOwner, "select rolsuper || ',' || rolcreaterole from pg_roles where rolname = current_user"))
                .isEqualTo("false,true");
        run(asOwner, "create schema mine");
    }

    @Test
    void aTransactionIsPreparedAndCommittedByXa() throws Exception {
        PostgresServer server = PostgresServer.shared();
        server.createDatabase("it_xa");
        run(server.dataSource("it_xa"), "create table t (id int)");
        XAConnection connection = server.xaDataSource("it_xa", "postgres").getXAConnection();
        try {
            Xid xid = new TestXid();
            XAResource resource = connection.getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            try (var statement = connection.getConnection().createStatement()) {
                statement.execute("insert into t values (1)");
            }
            resource.end(xid, XAResource.TMSUCCESS);
            resource.prepare(xid);
            resource.commit(xid, false);
        } finally {
            connection.close();
        }
        assertThat(one(server.dataSource("it_xa"), "select count(*) from t")).isEqualTo("1");
    }

    @Test
    void dataSurviveACloseAndAreDurable() throws Exception {
        try (PostgresServer server = kept().start()) {
            server.createDatabase("desk");
            run(server.dataSource("desk"), "create table t as select 42 as answer");
            assertThat(one(server.dataSource("desk"), "show fsync")).isEqualTo("on");
        }
        try (PostgresServer server =
                kept().maxConnections(17).setting("work_mem", "9MB").start()) {
            assertThat(one(server.dataSource("desk"), "select answer from t")).isEqualTo("42");
            assertThat(one(server.dataSource("desk"), "show max_connections")).isEqualTo("17");
            assertThat(one(server.dataSource("desk"), "show work_mem")).isEqualTo("9MB");
        }
    }

    @Test
    void closeTakesLessThanTwoSecondsWithOpenConnectionsAndLeavesNothing() throws Exception {
        PostgresServer server = PostgresServer.builder().start();
        try (Connection open = server.dataSource("postgres").getConnection()) {
            open.setAutoCommit(false);
            open.createStatement().execute("create table t (id int)");
            long begin = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        }
        assertThat(server.isRunning()).isFalse();
        try (ServerSocket socket = new ServerSocket(server.port(), 1, Ports.loopback())) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void aKilledServerComesBackWithWhatWasCommitted() throws Exception {
        try (PostgresServer server = kept().start()) {
            run(server.dataSource("postgres"), "create table t as select 1 as id");
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.restart();
            assertThat(one(server.dataSource("postgres"), "select count(*) from t"))
                    .isEqualTo("1");
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefused() {
        PostgresServer first = kept().start();
        try {
            assertThatThrownBy(() -> kept().start())
                    .isInstanceOf(PostgresServerException.class)
                    .hasMessageContaining("in use by another server of this process")
                    .hasMessageContaining("dataDirectory");
        } finally {
            first.close();
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Ports.loopback())) {
            assertThatThrownBy(() -> kept().port(taken.getLocalPort()).start())
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining(":" + taken.getLocalPort())
                    .hasMessageContaining("Builder.port(int)");
        }
        kept().start().close();
    }

    @Test
    void aBadSettingGivesTheEndOfTheServersLog() {
        assertThatThrownBy(() -> kept().setting("no_such_setting", "1").start())
                .isInstanceOf(PostgresServerException.class)
                .hasMessageContaining("no_such_setting");
    }

    @Test
    void afterAKilledJvmTheServerGoesDownAndTheNextStartFindsTheData() throws Exception {
        Process child = child();
        long postmaster = readyPostmaster(child);
        child.destroyForcibly().waitFor();

        try (PostgresServer server = kept().start()) {
            assertThat(one(server.dataSource("postgres"), "select count(*) from survives"))
                    .isEqualTo("1");
            assertThat(pid()).isNotEqualTo(postmaster);
        }
        awaitEnd(postmaster);
    }

    @Test
    void anOrphanedServerIsStoppedByTheNextStart() throws Exception {
        Process child = child();
        long postmaster = readyPostmaster(child);
        // Without the shell that watches us nobody tells the server that its JVM is gone.
        ProcessHandle.of(postmaster).orElseThrow().parent().orElseThrow().destroyForcibly();
        child.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(postmaster)).isPresent();

        try (PostgresServer server = kept().start()) {
            assertThat(one(server.dataSource("postgres"), "select count(*) from survives"))
                    .isEqualTo("1");
        }
        awaitEnd(postmaster);
    }

    @Test
    void aPidFileThatPointsToAnotherProgramIsNoObstacle() throws Exception {
        kept().start().close();
        Path pidFile = temp.resolve("kept/data/postmaster.pid");
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n" + temp + "\n1700000000\n5432\n\n127.0.0.1\n");

        try (PostgresServer server = kept().start()) {
            assertThat(one(server.dataSource("postgres"), "select 1")).isEqualTo("1");
        }
    }

    /** What nobody's child is any more is taken off the table of processes by the first process, in its own time. */
    private static void awaitEnd(long postmaster) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(postmaster).isEmpty());
    }

    private PostgresServer.Builder kept() {
        return PostgresServer.builder().dataDirectory(temp.resolve("kept"));
    }

    private long pid() throws IOException {
        return Long.parseLong(
                Files.readAllLines(temp.resolve("kept/data/postmaster.pid")).get(0));
    }

    private Process child() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeptServerMain.class.getName(),
                        temp.resolve("kept").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private long readyPostmaster(Process child) throws IOException {
        BufferedReader output = child.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.equals("ready")) {
            line = output.readLine();
        }
        assertThat(line).isEqualTo("ready");
        return pid();
    }

    private static boolean run(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static String one(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return String.valueOf(result.getString(1));
        }
    }

    private record TestXid() implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {1};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
