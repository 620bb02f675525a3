package io.insightdesk.benchmarks;

import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.ValkeyServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What background jobs cost: the library's engine, up to three others and bare JDBC, by turns on one PostgreSQL with default durability,
 * each in a database of its own.
 */
final class JobsBenchmark implements Benchmark {
    private static final List<String> SETTINGS =
            List.of("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers");
    private static final Path FETCHED = Path.of("target", "bench", GraphileWorkerJobs.NAME);
    private static final int TENANTS = 100;
    private static final int NODES = 4;
    private static final int LOAD = 1_000;
    private static final int WARM_UP = 2_000;
    private static final List<Integer> IDLE_CLUSTERS = List.of(1, 10);
    private static final int LARGE_IDLE_CLUSTER = 50;

    /** So long a node of ours looks out for more after its last job. */
    private static final Duration BECOMING_QUIET = Duration.ofSeconds(100);

    private final long historyRows;
    private final Sizes sizes;
    private final InsightDeskJobs ours = InsightDeskJobs.ofOneTenant();
    private final InsightDeskJobs tenants = ours.ofTenants(TENANTS);
    private final RawJdbcJobs ceiling = new RawJdbcJobs();
    private final JobRunrJobs jobRunr = new JobRunrJobs();
    private final List<JobEngineUnderTest> engines =
            new ArrayList<>(List.of(ours, DbSchedulerJobs.pollingOften(), jobRunr));
    private final JobFigures figures = new JobFigures(ours.name(), ceiling.name());
    private final Map<String, String> versions = new LinkedHashMap<>();

    /** How much is done in one run. */
    private record Sizes(int single, int batch, int jobs, int pickups, Duration pickupTime, Duration idle) {}

    private static final Sizes QUICK =
            new Sizes(8_000, 40_000, 20_000, 100, Duration.ofSeconds(3), Duration.ofSeconds(30));
    private static final Sizes FULL =
            new Sizes(40_000, 200_000, 50_000, 200, Duration.ofSeconds(5), Duration.ofSeconds(60));

    /**
     * Makes the benchmark.
     *
     * @param quick with fewer jobs
     * @param historyRows how many finished jobs there are where there are some
     */
    JobsBenchmark(boolean quick, long historyRows) {
        this.sizes = quick ? QUICK : FULL;
        this.historyRows = historyRows;
    }

    @Override
    public Map<String, String> versions() {
        return versions;
    }

    /** One measured run of one engine. */
    private interface Run {
        double measure(JobDatabase database) throws Exception;
    }

    @Override
    public List<Row> run(Progress progress) throws Exception {
        addGraphileWorker(progress);
        try (ValkeyServer valkey = startValkey(progress)) {
            InsightDeskJobs woken = valkey == null
                    ? null
                    : ours.withValkey(valkey.endpoint().uri().toString());
            try (PostgresServer server = PostgresServer.builder().durable(true).start()) {
                describe(server);
                onOneServer(server, woken, progress);
            }
            idle(woken, progress);
        }
        return figures.rows();
    }

    private @Nullable ValkeyServer startValkey(Progress progress) {
        Optional<String> program = ValkeyServer.describeProgram();
        versions.put("Valkey", program.orElse("not measured: there is no program"));
        if (program.isEmpty()) {
            progress.say("Waking by a Valkey is not measured: there is no program");
            return null;
        }
        return ValkeyServer.start();
    }

    /** It needs Node.js, and at the first time npm's registry. */
    private void addGraphileWorker(Progress progress) throws Exception {
        try {
            engines.add(GraphileWorkerJobs.prepare(FETCHED, System.getenv("PATH"), progress));
        } catch (NodePackage.MissingException e) {
            String missing = "not measured: " + e.getMessage();
            progress.say(GraphileWorkerJobs.NAME + " is " + missing);
            versions.put(GraphileWorkerJobs.NAME, missing);
        }
    }

    private void onOneServer(PostgresServer server, @Nullable InsightDeskJobs woken, Progress progress)
            throws Exception {
        List<JobDatabase> peers = new ArrayList<>();
        for (JobEngineUnderTest engine : engines) {
            peers.add(JobDatabase.create(server, engine, "jobs_" + peers.size()));
        }
        List<JobDatabase> all = new ArrayList<>(peers);
        all.add(JobDatabase.create(server, ceiling, "jobs_ceiling"));
        for (JobDatabase database : all) {
            progress.say(database.engine().name() + " warms up");
            double unused = JobMeasures.executed(database, WARM_UP);
        }
        JobDatabase own = peers.get(0);
        JobDatabase manyTenants = JobDatabase.create(server, tenants, "jobs_of_tenants");
        measure(progress, "jobs.enqueue.single", all, database -> JobMeasures.enqueueSingle(database, sizes.single()));
        measure(progress, "jobs.enqueue.batch", all, database -> JobMeasures.enqueueBatches(database, sizes.batch()));
        measure(progress, "jobs.executed", all, database -> JobMeasures.executed(database, sizes.jobs()));
        measure(
                progress,
                "jobs.executed." + NODES + "-nodes",
                peers,
                database -> JobMeasures.executed(database, sizes.jobs(), NODES));
        measure(progress, "jobs.fed", peers, database -> JobMeasures.fed(database, sizes.jobs()));
        pickup(progress, "jobs.pickup.same-node", peers, false, 0);
        pickup(progress, "jobs.pickup.other-node", peers, true, 0);
        pickup(progress, "jobs.pickup.loaded", peers, true, LOAD);
        if (woken != null) {
            wokenPickup(server, woken, progress);
            wokenPickup(server, woken.ofTenants(TENANTS), progress);
        }
        history(server, progress, own, ours);
        ofManyTenants(progress, manyTenants);
        history(server, progress, manyTenants, tenants);
    }

    /** The same again, where one tenant has most of the jobs. The other engines know no tenants. */
    private void ofManyTenants(Progress progress, JobDatabase database) throws Exception {
        double unused = JobMeasures.executed(database, WARM_UP);
        List<JobDatabase> one = List.of(database);
        String end = tenants.variant();
        measure(progress, "jobs.enqueue.single" + end, one, it -> JobMeasures.enqueueSingle(it, sizes.single()));
        measure(progress, "jobs.enqueue.batch" + end, one, it -> JobMeasures.enqueueBatches(it, sizes.batch()));
        measure(progress, "jobs.executed" + end, one, it -> JobMeasures.executed(it, sizes.jobs()));
        measure(
                progress,
                "jobs.executed." + NODES + "-nodes" + end,
                one,
                it -> JobMeasures.executed(it, sizes.jobs(), NODES));
        measure(progress, "jobs.fed" + end, one, it -> JobMeasures.fed(it, sizes.jobs()));
        pickup(progress, "jobs.pickup.same-node" + end, one, false, 0);
        pickup(progress, "jobs.pickup.other-node" + end, one, true, 0);
        pickup(progress, "jobs.pickup.loaded" + end, one, true, LOAD);
    }

    private void wokenPickup(PostgresServer server, InsightDeskJobs woken, Progress progress) throws Exception {
        JobDatabase database =
                JobDatabase.create(server, woken, "jobs_woken" + woken.variant().replaceAll("[.-]", "_"));
        double unused = JobMeasures.executed(database, WARM_UP);
        pickup(progress, "jobs.pickup.other-node" + woken.variant(), List.of(database), true, 0);
    }

    private void measure(Progress progress, String metric, List<JobDatabase> databases, Run run) throws Exception {
        for (JobDatabase database : databases) {
            // The first run of each engine is for its code to be compiled and its connections to know their statements.
            double unused = run.measure(database);
        }
        for (int i = 1; i <= progress.runs(); i++) {
            for (JobDatabase database : databases) {
                String engine = database.engine().name();
                double value = run.measure(database);
                figures.add(metric, "jobs/s", Row.Better.HIGHER, figureOf(database.engine()), value);
                say(progress, metric, engine, i, value, "jobs/s");
            }
        }
    }

    private static void say(Progress progress, String metric, String engine, int run, double value, String unit) {
        progress.say(String.format(
                Locale.ROOT, "%s, %s, run %d of %d: %,.3f %s", metric, engine, run, progress.runs(), value, unit));
    }

    private void pickup(Progress progress, String metric, List<JobDatabase> databases, boolean otherNode, int load)
            throws Exception {
        for (int i = 1; i <= progress.runs(); i++) {
            for (JobDatabase database : databases) {
                if (!otherNode && !database.engine().enqueuesWhereItWorks()) {
                    continue;
                }
                String engine = database.engine().name();
                // One that looks every five seconds takes the same time to tell more of its looks.
                List<Double> millis = database.engine().equals(jobRunr)
                        ? JobMeasures.pickup(
                                database,
                                otherNode,
                                load,
                                sizes.pickups() / 5,
                                sizes.pickupTime().multipliedBy(2))
                        : JobMeasures.pickup(database, otherNode, load, sizes.pickups(), sizes.pickupTime());
                figures.addPercentiles(metric, "ms", figureOf(database.engine()), millis);
                say(progress, metric + ".p50", engine, i, JobFigures.percentile(millis, 50), "ms");
            }
        }
    }

    /** By turns with and without finished jobs; what is reached without stands in the column of the ceiling. */
    private void history(PostgresServer server, Progress progress, JobDatabase without, InsightDeskJobs engine)
            throws Exception {
        InsightDeskJobs keeping = engine.withHistory();
        JobDatabase with = JobDatabase.create(
                server, keeping, "jobs_with_history" + keeping.variant().replaceAll("[.-]", "_"));
        progress.say(String.format(Locale.ROOT, "Writing %,d finished jobs", historyRows));
        with.execute(keeping.fillHistory(historyRows));
        with.execute("vacuum analyze insightdesk.job_history");
        double unused = JobMeasures.executed(with, WARM_UP);
        String metric = String.format(Locale.ROOT, "jobs.history.%d%s", historyRows, keeping.variant());
        for (int i = 1; i <= progress.runs(); i++) {
            double none = JobMeasures.executed(without, sizes.jobs());
            double many = JobMeasures.executed(with, sizes.jobs());
            figures.add(metric, "jobs/s", Row.Better.HIGHER, ceiling.name(), none);
            figures.add(metric, "jobs/s", Row.Better.HIGHER, ours.name(), many);
            say(progress, metric, "without", i, none, "jobs/s");
            say(progress, metric, "with", i, many, "jobs/s");
        }
    }

    /** Ours with a Valkey or with many tenants is measured in rows of its own. */
    private String figureOf(JobEngineUnderTest engine) {
        return engine instanceof InsightDeskJobs ? ours.name() : engine.name();
    }

    private void idle(@Nullable InsightDeskJobs woken, Progress progress) throws Exception {
        List<JobEngineUnderTest> watched = new ArrayList<>(engines);
        watched.add(DbSchedulerJobs.pollingByDefault());
        List<JobEngineUnderTest> withTenants = new ArrayList<>(List.of(tenants));
        if (woken != null) {
            watched.add(woken);
            withTenants.add(woken.ofTenants(TENANTS));
        }
        Map<Integer, List<JobEngineUnderTest>> clusters = new LinkedHashMap<>();
        for (int size : IDLE_CLUSTERS) {
            List<JobEngineUnderTest> all = new ArrayList<>(watched);
            all.addAll(withTenants);
            clusters.put(size, all);
        }
        // A process of Node.js for each node would be too many.
        clusters.put(
                LARGE_IDLE_CLUSTER,
                watched.stream()
                        .filter(engine -> !engine.name().equals(GraphileWorkerJobs.NAME))
                        .toList());
        progress.say("Starting idle nodes, " + clusters.keySet() + " of each engine");
        try (IdleNodes nodes = IdleNodes.start(clusters)) {
            // What they do when they begin does not count.
            List<IdleNodes.Load> unused = nodes.watch(BECOMING_QUIET);
            for (int i = 1; i <= progress.runs(); i++) {
                for (IdleNodes.Load load : nodes.watch(sizes.idle())) {
                    String metric = "jobs.idle." + load.nodes() + (load.nodes() == 1 ? "-node" : "-nodes")
                            + (load.engine() instanceof InsightDeskJobs variant ? variant.variant() : "");
                    figures.add(
                            metric, "statements/s/node", Row.Better.LOWER, figureOf(load.engine()), load.statements());
                    say(progress, metric, load.engine().name(), i, load.statements(), "statements/s/node");
                }
            }
        }
    }

    private void describe(PostgresServer server) throws SQLException {
        versions.put(ours.name(), ours.description());
        for (JobEngineUnderTest engine : engines.subList(1, engines.size())) {
            versions.put(engine.name(), engine.description());
        }
        versions.put(ceiling.name(), ceiling.description());
        versions.put("connections per node", Integer.toString(JobDatabase.CONNECTIONS));
        versions.put("jobs in a run", sizes.toString());
        try (Connection connection = server.dataSource(PostgresServer.SUPERUSER).getConnection();
                Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                try (ResultSet row = statement.executeQuery("show " + setting)) {
                    row.next();
                    versions.put("postgresql " + setting, row.getString(1));
                }
            }
        }
    }
}
