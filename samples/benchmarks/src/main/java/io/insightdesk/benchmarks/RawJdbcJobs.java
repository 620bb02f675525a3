package io.insightdesk.benchmarks;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The ceiling: the rows of {@link InsightDeskJobs} in the same table, written and taken by hand. No leases, no retries, no
 * record of what is done. Its workers end when nothing is left.
 */
final class RawJdbcJobs implements JobEngineUnderTest {
    private static final int THREADS = 4;
    private static final int CLAIM = 500;

    private static final String INSERT = """
            insert into insightdesk.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, payload)
            values (?, ?, 'default', 'bench.no-op', 'ready', 0, now(), now(), 10, now(), ?::jsonb)
            """;

    private static final String INSERT_ALL = """
            insert into insightdesk.job (
              id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, payload)
            select id, ?, 'default', 'bench.no-op', 'ready', 0, now(), now(), 10, now(), payload::jsonb
            from unnest(?::uuid[], ?::text[]) as new (id, payload)
            """;

    private static final String CLAIM_READY = """
            update insightdesk.job
            set state = 'running', worker = ?, attempts = attempts + 1
            where id = any(array(
              select id
              from insightdesk.job
              where state = 'ready' and queue = 'default'
                and coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = ? and lane = ''
              order by rank, id
              limit %d
              for update skip locked))
            returning id, (payload ->> 'number')::integer
            """.formatted(CLAIM);

    private static final String DELETE = "delete from insightdesk.job where id = any(?)";

    private final InsightDeskJobs tables = InsightDeskJobs.ofOneTenant();

    @Override
    public String name() {
        return "raw JDBC";
    }

    @Override
    public String description() {
        return "insert and commit; unnest of a batch; " + THREADS + " threads that claim " + CLAIM + " and delete them";
    }

    @Override
    public void install(DataSource superuser) {
        tables.install(superuser);
    }

    @Override
    public String clear() {
        return tables.clear();
    }

    @Override
    public String unfinished() {
        return tables.unfinished();
    }

    @Override
    public Node node(DataSource pool, IntConsumer handler) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select tenant_id from insightdesk.tenant")) {
            row.next();
            return new RawNode(pool, handler, row.getObject(1, UUID.class));
        }
    }

    private static final class RawNode implements Node {
        private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();
        private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);
        private final List<Future<?>> working = new ArrayList<>();
        private final DataSource pool;
        private final IntConsumer handler;
        private final UUID tenant;

        RawNode(DataSource pool, IntConsumer handler, UUID tenant) {
            this.pool = pool;
            this.handler = handler;
            this.tenant = tenant;
        }

        private static String payload(int number) {
            return "{\"number\":" + number + "}";
        }

        @Override
        public void enqueue(int number) throws SQLException {
            try (Connection connection = pool.getConnection();
                    PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setObject(1, ids.generate());
                insert.setObject(2, tenant);
                insert.setString(3, payload(number));
                insert.executeUpdate();
            }
        }

        @Override
        public void enqueueAll(int first, int count) throws SQLException {
            UUID[] keys = new UUID[count];
            String[] payloads = new String[count];
            for (int i = 0; i < count; i++) {
                keys[i] = ids.generate();
                payloads[i] = payload(first + i);
            }
            try (Connection connection = pool.getConnection();
                    PreparedStatement insert = connection.prepareStatement(INSERT_ALL)) {
                insert.setObject(1, tenant);
                insert.setArray(2, connection.createArrayOf("uuid", keys));
                insert.setArray(3, connection.createArrayOf("text", payloads));
                insert.executeUpdate();
            }
        }

        @Override
        public void start() {
            for (int i = 0; i < THREADS; i++) {
                Callable<?> work = this::work;
                working.add(workers.submit(work));
            }
        }

        private @Nullable Void work() throws SQLException {
            UUID worker = ids.generate();
            try (Connection connection = pool.getConnection();
                    Statement settings = connection.createStatement();
                    PreparedStatement claim = connection.prepareStatement(CLAIM_READY);
                    PreparedStatement delete = connection.prepareStatement(DELETE)) {
                // The planner knows nothing of a table that was filled a moment ago.
                settings.execute("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off");
                claim.setObject(1, worker);
                claim.setObject(2, tenant);
                while (step(connection, claim, delete)) {
                    // Each step is a claim, its jobs and their end.
                }
            }
            return null;
        }

        private boolean step(Connection connection, PreparedStatement claim, PreparedStatement delete)
                throws SQLException {
            List<UUID> claimed = new ArrayList<>(CLAIM);
            try (ResultSet rows = claim.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getObject(1, UUID.class));
                    handler.accept(rows.getInt(2));
                }
            }
            if (claimed.isEmpty()) {
                return false;
            }
            Array keys = connection.createArrayOf("uuid", claimed.toArray(UUID[]::new));
            delete.setArray(1, keys);
            delete.executeUpdate();
            return true;
        }

        @Override
        public void close() {
            workers.shutdown();
            try {
                for (Future<?> one : working) {
                    one.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("A worker failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
