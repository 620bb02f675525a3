package io.insightdesk.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.insightdesk.benchmarks.JobEngineUnderTest.Node;
import io.insightdesk.devenv.servers.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is measured does its work. How fast is another matter. */
class JobsBenchmarkIT {
    private static final int JOBS = 200;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void ourEngineRunsEveryJob() throws Exception {
        runsEveryJob("it_ours", InsightDeskJobs.ofOneTenant());
    }

    @Test
    void ourEngineRunsTheJobsOfManyTenants() throws Exception {
        runsEveryJob("it_many_tenants", InsightDeskJobs.ofOneTenant().ofTenants(3));
    }

    @Test
    void ourEngineRunsEveryJobBesideTheHistory() throws Exception {
        runsEveryJob("it_history", InsightDeskJobs.ofOneTenant().withHistory());
    }

    @Test
    void dbSchedulerRunsEveryJob() throws Exception {
        runsEveryJob("it_db_scheduler", DbSchedulerJobs.pollingOften());
    }

    @Test
    void jobRunrRunsEveryJob() throws Exception {
        runsEveryJob("it_jobrunr", new JobRunrJobs());
    }

    @Test
    void graphileWorkerRunsEveryJob() throws Exception {
        runsEveryJob("it_graphile", graphileWorker());
    }

    @Test
    void graphileWorkerIsMeasured() throws Exception {
        GraphileWorkerJobs engine = graphileWorker();
        try (JobDatabase database = JobDatabase.create(PostgresServer.shared(), engine, "it_graphile_measured")) {
            assertThat(JobMeasures.executed(database, 2_000)).isPositive();
            assertThat(JobMeasures.fed(database, 1_000)).isPositive();
            assertThat(JobMeasures.pickup(database, true, 200, 10, Duration.ofMillis(100)))
                    .hasSize(10)
                    .allMatch(millis -> millis > 0);
        }
    }

    /** Where Node.js and npm are, and the package can be had. */
    private static GraphileWorkerJobs graphileWorker() throws Exception {
        Path directory = Path.of("target", "bench", GraphileWorkerJobs.NAME);
        try {
            return GraphileWorkerJobs.prepare(directory, System.getenv("PATH"), new Progress(System.err));
        } catch (NodePackage.MissingException e) {
            return abort(GraphileWorkerJobs.NAME + " is not measured: " + e.getMessage());
        }
    }

    @Test
    void bareJdbcRunsEveryJob() throws Exception {
        runsEveryJob("it_raw", new RawJdbcJobs());
    }

    /** At least once, as all of them promise, until none is left. */
    private static void runsEveryJob(String name, JobEngineUnderTest engine) throws Exception {
        try (JobDatabase database = JobDatabase.create(PostgresServer.shared(), engine, name)) {
            database.clear();
            Executions executions = new Executions(JOBS);
            try (Node node = database.node(5, executions)) {
                node.enqueueAll(0, JOBS - 50);
                for (int number = JOBS - 50; number < JOBS; number++) {
                    node.enqueue(number);
                }
                node.start();
                executions.awaitAll(LIMIT);
                database.awaitNoneLeft(LIMIT);
            }
            assertThat(IntStream.range(0, JOBS).map(executions::times)).allMatch(times -> times >= 1);
        }
    }
}
