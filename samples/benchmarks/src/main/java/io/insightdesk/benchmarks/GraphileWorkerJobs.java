package io.insightdesk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * graphile-worker, which works in a process of Node.js with the settings that its manual gives for its best figures, and whose
 * jobs are enqueued from here by its SQL functions. The process says the numbers of the jobs that it begins.
 */
final class GraphileWorkerJobs implements JobEngineUnderTest {
    static final String NAME = "graphile-worker";
    static final String VERSION = "0.17.3";

    /** From the page on performance in the manual. */
    private static final String PRESET = "{\"concurrentJobs\":24,\"maxPoolSize\":25,\"localQueue\":{\"size\":500},"
            + "\"completeJobBatchDelay\":0,\"failJobBatchDelay\":0}";

    private static final String SCRIPT = "graphile-worker.js";
    private static final String TASK = "bench-no-op";
    private static final int ROUND_TRIPS = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String ADD_JOB = """
            select id
            from graphile_worker.add_job('%s', ?::json)
            """.formatted(TASK);

    private static final String ADD_JOBS = """
            select count(*)
            from graphile_worker.add_jobs(array(
              select ('%s', payload::json, null, null, null, null, null, null)::graphile_worker.job_spec
              from unnest(?::text[]) as new (payload)))
            """.formatted(TASK);

    private final NodePackage files;
    private final List<String> command;
    private final String description;

    private GraphileWorkerJobs(NodePackage files, Path node)
            throws IOException, InterruptedException, NodePackage.MissingException {
        this.files = files;
        this.command = List.of(node.toString(), SCRIPT);
        this.description =
                VERSION + " with pg " + files.versionOf("pg").orElse("unknown") + " in one process of Node.js, "
                        + PRESET
                        + "; jobs by add_job and add_jobs over JDBC; what it begins is told through a pipe, whose round "
                        + "trip takes "
                        + String.format(Locale.ROOT, "%.2f", roundTripMillis()) + " ms (median)";
    }

    /**
     * Looks for Node.js, and fetches the package where it is not there yet.
     *
     * @param directory where the package is, or is put
     * @param searchPath the directories in which programs are
     * @throws NodePackage.MissingException if the engine cannot be measured, with the reason
     */
    static GraphileWorkerJobs prepare(Path directory, @Nullable String searchPath, Progress progress)
            throws IOException, InterruptedException, NodePackage.MissingException {
        Path node = find(searchPath, "node", "node.exe");
        Path npm = find(searchPath, "npm", "npm.cmd");
        NodePackage files = new NodePackage(directory.toAbsolutePath(), NAME, VERSION);
        if (!files.isInstalled()) {
            progress.say("npm fetches " + NAME + " " + VERSION + " (once)");
            files.install(npm);
        }
        try (InputStream script = GraphileWorkerJobs.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException(SCRIPT + " is missing");
            }
            Files.copy(script, files.directory().resolve(SCRIPT), StandardCopyOption.REPLACE_EXISTING);
        }
        return new GraphileWorkerJobs(files, node);
    }

    private static Path find(@Nullable String searchPath, String name, String nameOnWindows)
            throws NodePackage.MissingException {
        return NodePackage.program(searchPath == null ? "" : searchPath, nameOnWindows, name)
                .orElseThrow(() -> new NodePackage.MissingException(name + " is not there"));
    }

    /** What it takes to say something and to hear the answer: what the pipe adds to a time is about half of it. */
    private double roundTripMillis() throws IOException, InterruptedException, NodePackage.MissingException {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        try (JavaScriptProcess echo = process("echo", Map.of(), answers::add)) {
            echo.whenEnded(() -> answers.add("ended"));
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < 2 * ROUND_TRIPS; i++) {
                long begin = System.nanoTime();
                echo.say("ping");
                if (!"ping".equals(answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))) {
                    throw new NodePackage.MissingException("Node.js does not run it; what it says is in " + echo.log());
                }
                millis.add((System.nanoTime() - begin) / 1e6);
            }
            return JobFigures.percentile(millis.subList(ROUND_TRIPS, millis.size()), 50);
        }
    }

    private JavaScriptProcess process(String word, Map<String, String> environment, Consumer<String> lines)
            throws IOException {
        List<String> words = new ArrayList<>(command);
        words.add(word);
        return JavaScriptProcess.start(words, files.directory(), environment, lines);
    }

    private static Map<String, String> environment(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return Map.of(
                    "DATABASE_URL",
                    connectionString(
                            connection.getMetaData().getURL(),
                            connection.getMetaData().getUserName()),
                    "WORKER_PRESET",
                    PRESET);
        }
    }

    /** The form in which Node.js is told the database of a JDBC address. */
    static String connectionString(String jdbcUrl, String user) {
        String prefix = "jdbc:postgresql://";
        if (!jdbcUrl.startsWith(prefix)) {
            throw new IllegalArgumentException("Not the address of a PostgreSQL server: " + jdbcUrl);
        }
        String server = jdbcUrl.substring(prefix.length());
        int parameters = server.indexOf('?');
        return "postgres://" + user + "@" + (parameters < 0 ? server : server.substring(0, parameters));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean enqueuesWhereItWorks() {
        return false;
    }

    @Override
    public void install(DataSource superuser) throws Exception {
        try (JavaScriptProcess migration = process("migrate", environment(superuser), line -> {})) {
            migration.awaitEnd(LIMIT);
        }
    }

    @Override
    public String clear() {
        return "truncate graphile_worker._private_jobs, graphile_worker._private_job_queues";
    }

    /** What is done is deleted; what has failed for good stays. */
    @Override
    public String unfinished() {
        return "select exists(select from graphile_worker._private_jobs where is_available or locked_at is not null)";
    }

    @Override
    public Node node(DataSource pool, IntConsumer handler) {
        return new ProcessNode(pool, handler);
    }

    private static String payload(int number) {
        return "{\"number\":" + number + "}";
    }

    /** Enqueues from here, and works in another process. */
    private final class ProcessNode implements Node {
        private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
        private final DataSource pool;
        private final IntConsumer handler;
        private @Nullable JavaScriptProcess process;

        ProcessNode(DataSource pool, IntConsumer handler) {
            this.pool = pool;
            this.handler = handler;
        }

        @Override
        public void enqueue(int number) throws SQLException {
            try (Connection connection = pool.getConnection();
                    PreparedStatement add = connection.prepareStatement(ADD_JOB)) {
                add.setString(1, payload(number));
                add.execute();
            }
        }

        @Override
        public void enqueueAll(int first, int count) throws SQLException {
            Object[] payloads = IntStream.range(first, first + count)
                    .mapToObj(GraphileWorkerJobs::payload)
                    .toArray();
            try (Connection connection = pool.getConnection();
                    PreparedStatement add = connection.prepareStatement(ADD_JOBS)) {
                Array array = connection.createArrayOf("text", payloads);
                add.setArray(1, array);
                add.execute();
            }
        }

        @Override
        public void start() throws Exception {
            JavaScriptProcess started = process("work", environment(pool), this::hear);
            process = started;
            started.whenEnded(() -> ready.complete(false));
            if (!ready.get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(NAME + " has not begun to work; see " + started.log());
            }
        }

        private void hear(String line) {
            if (line.equals("ready")) {
                ready.complete(true);
            } else {
                handler.accept(Integer.parseInt(line));
            }
        }

        @Override
        public void close() {
            JavaScriptProcess running = process;
            if (running == null) {
                return;
            }
            boolean wasAlive = running.isAlive();
            running.close();
            if (!wasAlive) {
                throw new IllegalStateException(NAME + " has ended by itself; see " + running.log());
            }
        }
    }
}
