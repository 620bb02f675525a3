package io.insightdesk.benchmarks;

import java.time.Duration;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.server.configuration.BackgroundJobServerThreadType;
import org.jobrunr.server.configuration.DefaultBackgroundJobServerWorkerPolicy;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;

/**
 * JobRunr's free edition with the shortest polling that it allows on a database, virtual threads where the JVM has them, and
 * requests with a handler, which spare it the analysis of lambdas.
 */
final class JobRunrJobs implements JobEngineUnderTest {
    static final int WORKERS = 100;
    static final Duration POLLING = Duration.ofSeconds(5);

    /** The payload. */
    public static final class NoOp implements JobRequest {
        private int number;

        /** For the mapper. */
        NoOp() {}

        NoOp(int number) {
            this.number = number;
        }

        @Override
        public Class<NoOpHandler> getJobRequestHandler() {
            return NoOpHandler.class;
        }
    }

    /** Public because JobRunr calls it by reflection. */
    public static final class NoOpHandler implements JobRequestHandler<NoOp> {
        private final IntConsumer handler;

        NoOpHandler(IntConsumer handler) {
            this.handler = handler;
        }

        @Override
        public void run(NoOp request) {
            handler.accept(request.number);
        }
    }

    private record OneHandler(NoOpHandler handler) implements JobActivator {
        @Override
        public <T> T activateJob(Class<T> type) {
            return type.cast(handler);
        }
    }

    @Override
    public String name() {
        return "JobRunr";
    }

    @Override
    public String description() {
        return Versions.of("org.jobrunr", "jobrunr", BackgroundJobServer.class) + " OSS, PostgresStorageProvider, "
                + WORKERS + " workers, " + BackgroundJobServerThreadType.getDefaultThreadType() + ", polling every "
                + POLLING.toSeconds() + " s";
    }

    @Override
    public void install(DataSource superuser) {
        try (PostgresStorageProvider made = new PostgresStorageProvider(superuser, DatabaseOptions.CREATE)) {
            made.setJobMapper(new JobMapper(new JacksonJsonMapper()));
        }
    }

    @Override
    public String clear() {
        return "truncate jobrunr_jobs";
    }

    @Override
    public String unfinished() {
        return "select exists(select from jobrunr_jobs where state in ('ENQUEUED', 'PROCESSING'))";
    }

    @Override
    public Node node(DataSource pool, IntConsumer handler) {
        JacksonJsonMapper mapper = new JacksonJsonMapper();
        PostgresStorageProvider storage = new PostgresStorageProvider(pool, DatabaseOptions.NO_VALIDATE);
        storage.setJobMapper(new JobMapper(mapper));
        BackgroundJobServerConfiguration configuration =
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andName(UUID.randomUUID().toString())
                        .andPollInterval(POLLING)
                        .andBackgroundJobServerWorkerPolicy(new DefaultBackgroundJobServerWorkerPolicy(WORKERS));
        BackgroundJobServer server =
                new BackgroundJobServer(storage, mapper, new OneHandler(new NoOpHandler(handler)), configuration);
        return new ServerNode(storage, new JobRequestScheduler(storage), server);
    }

    private record ServerNode(
            PostgresStorageProvider storage, JobRequestScheduler scheduler, BackgroundJobServer server)
            implements Node {
        @Override
        public void enqueue(int number) {
            scheduler.enqueue(new NoOp(number));
        }

        @Override
        public void enqueueAll(int first, int count) {
            scheduler.enqueue(IntStream.range(first, first + count).mapToObj(NoOp::new));
        }

        @Override
        public void start() {
            server.start();
        }

        @Override
        public void close() {
            if (server.isRunning()) {
                server.stop();
            }
            storage.close();
        }
    }
}
