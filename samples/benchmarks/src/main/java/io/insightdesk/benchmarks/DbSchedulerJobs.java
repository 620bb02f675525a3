package io.insightdesk.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import javax.sql.DataSource;

/**
 * db-scheduler with what its manual gives for high throughput: lock-and-fetch with the fractions 1.0 and 4.0, and immediate
 * execution. The number of a job is in the name of the instance, so that there is no payload to be serialised.
 */
final class DbSchedulerJobs implements JobEngineUnderTest {
    static final int THREADS = 20;

    /** Short, because other nodes' jobs are found by polling alone. */
    static final Duration SHORT_POLLING = Duration.ofMillis(100);

    /** The library's default. */
    static final Duration DEFAULT_POLLING = Duration.ofSeconds(10);

    private static final String TASK = "bench-no-op";

    /** The columns and the indexes that the manual asks for. */
    private static final String TABLE = """
            create table scheduled_tasks (
              task_name text not null,
              task_instance text not null,
              task_data bytea,
              execution_time timestamptz not null,
              picked boolean not null,
              picked_by text,
              last_success timestamptz,
              last_failure timestamptz,
              consecutive_failures integer,
              last_heartbeat timestamptz,
              version bigint not null,
              priority smallint,
              primary key (task_name, task_instance)
            );
            create index execution_time_idx on scheduled_tasks (execution_time);
            create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
            """;

    private final String name;
    private final Duration polling;

    private DbSchedulerJobs(String name, Duration polling) {
        this.name = name;
        this.polling = polling;
    }

    static DbSchedulerJobs pollingOften() {
        return new DbSchedulerJobs("db-scheduler", SHORT_POLLING);
    }

    static DbSchedulerJobs pollingByDefault() {
        return new DbSchedulerJobs("db-scheduler (polls every 10 s)", DEFAULT_POLLING);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return Versions.of("com.github.kagkarlsson", "db-scheduler", Scheduler.class)
                + ", lock-and-fetch 1.0/4.0, " + THREADS + " threads, polling every " + polling.toMillis()
                + " ms, immediate execution";
    }

    @Override
    public void install(DataSource superuser) throws SQLException {
        try (Connection connection = superuser.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
    }

    @Override
    public String clear() {
        return "truncate scheduled_tasks";
    }

    @Override
    public String unfinished() {
        return "select exists(select from scheduled_tasks)";
    }

    @Override
    public Node node(DataSource pool, IntConsumer handler) {
        OneTimeTask<Void> task =
                Tasks.oneTime(TASK).execute((instance, context) -> handler.accept(Integer.parseInt(instance.getId())));
        Scheduler scheduler = Scheduler.create(pool, task)
                .schedulerName(new SchedulerName.Fixed(UUID.randomUUID().toString()))
                .threads(THREADS)
                .pollingInterval(polling)
                .pollUsingLockAndFetch(1.0, 4.0)
                .enableImmediateExecution()
                .build();
        return new SchedulerNode(scheduler, task);
    }

    private record SchedulerNode(Scheduler scheduler, OneTimeTask<Void> task) implements Node {
        @Override
        public void enqueue(int number) {
            scheduler.schedule(task.schedulableInstance(Integer.toString(number)));
        }

        @Override
        public void enqueueAll(int first, int count) {
            List<SchedulableInstance<?>> instances = new ArrayList<>(count);
            for (int number = first; number < first + count; number++) {
                instances.add(task.schedulableInstance(Integer.toString(number)));
            }
            scheduler.scheduleBatch(instances);
        }

        @Override
        public void start() {
            scheduler.start();
        }

        @Override
        public void close() {
            scheduler.stop();
        }
    }
}
