package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine's statements read, whatever the statistics say, and whom they serve. */
class JobClaimIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);

    private static ScratchDatabase scratch;
    private static int count;

    private final JobStore store = new JobStore();
    private final UUID worker = Ids.next();
    private JobNode node;

    record Item(int value) {}

    /** Scans of the table, and entries of indexes: counters of the connection, of which differences count. */
    private record Read(long scans, long ready, long running, long key) {

        Read minus(Read before) {
            return new Read(scans - before.scans, ready - before.ready, running - before.running, key - before.key);
        }
    }

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_history, insightdesk.job_worker");
        node = JobNode.on(scratch);
        scratch.database().system(tx -> {
            new WorkerStore()
                    .register(tx, worker, "claimer", "here", JobNode.options().build());
            return 0;
        });
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private TenantId tenantWith(int jobs, JobKind<Item> kind) {
        TenantId tenant = scratch.tenant("claim-" + ++count);
        Scope scope = scratch.scope(tenant);
        List<NewJob> all = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            all.add(NewJob.builder(kind, new Item(i)).build());
        }
        assertThat(node.jobs.jobs(scope).enqueueAll(all)).hasSize(jobs).doesNotHaveDuplicates();
        return tenant;
    }

    private Lanes look(Tx tx) {
        Lanes lanes = new Lanes();
        store.promote(tx, scratch.clock().instant(), 100, Set.of(), null, 500)
                .lanes()
                .forEach(head -> lanes.add(head.lane(), head.rank()));
        return lanes;
    }

    private List<ClaimedJob> claim(Tx tx, Lanes lanes, int limit) {
        Lanes.Turn turn = lanes.next(limit);
        if (turn.lanes().isEmpty()) {
            return List.of();
        }
        return lanes.taken(turn, store.claim(tx, worker, turn, List.of(NUMBER.name()), limit), limit);
    }

    private List<ClaimedJob> claimed(Lanes lanes, int limit) {
        return scratch.database().system(tx -> claim(tx, lanes, limit));
    }

    private Set<JobId> completed(List<ClaimedJob> claimed) {
        return scratch.database()
                .system(tx ->
                        store.complete(tx, worker, claimed, scratch.clock().instant()));
    }

    private boolean renewed() {
        return scratch.database()
                .system(tx -> new WorkerStore()
                        .renew(tx, worker, JobNode.options().build().lease()));
    }

    private int rescued() {
        return scratch.database().system(tx -> store.rescue(tx, scratch.clock().instant()));
    }

    private int daysMade(Instant since) {
        return scratch.database().system(tx -> store.ensureHistory(tx, since, 2));
    }

    private int daysDropped(Instant before) {
        return scratch.database().system(tx -> store.dropHistory(tx, before));
    }

    private static Read read(Tx tx) {
        return tx.query("""
                select pg_stat_get_xact_numscans('{schema}.job'::regclass) as scans,
                  pg_stat_get_xact_tuples_returned('{schema}.job_ready'::regclass) as ready,
                  pg_stat_get_xact_tuples_returned('{schema}.job_running'::regclass) as running,
                  pg_stat_get_xact_tuples_returned('{schema}.job_pkey'::regclass) as key
                """)
                .map((row, context) -> new Read(
                        row.getLong("scans"), row.getLong("ready"), row.getLong("running"), row.getLong("key")))
                .one();
    }

    @ParameterizedTest(name = "{0} tenants, {1} jobs each, statistics: {2}")
    @CsvSource({"1, 10000, none", "1, 10000, fresh", "1, 10000, of an empty table", "100, 100, none", "100, 100, fresh"
    })
    void aClaimReadsByIndexWhatItTakesAndLittleMore(int tenants, int jobs, String statistics) throws SQLException {
        if (statistics.equals("of an empty table")) {
            execute("vacuum analyze insightdesk.job");
        }
        for (int i = 0; i < tenants; i++) {
            tenantWith(jobs, NUMBER);
        }
        if (statistics.equals("fresh")) {
            execute("vacuum analyze insightdesk.job");
        }

        scratch.database().system(tx -> {
            Read before = read(tx);
            assertThat(claim(tx, look(tx), 200)).hasSize(200);
            Read read = read(tx).minus(before);
            assertThat(read.scans()).isZero();
            assertThat(read.ready()).isBetween(200L, 200L + 2L * tenants);
            assertThat(read.key()).isEqualTo(200);
            return 0;
        });
    }

    @ParameterizedTest
    @CsvSource({"none", "fresh", "of an empty table"})
    void completionReadsByIndexWhatItEnds(String statistics) throws SQLException {
        if (statistics.equals("of an empty table")) {
            execute("vacuum analyze insightdesk.job");
        }
        TenantId unused = tenantWith(5_000, NUMBER);
        List<ClaimedJob> claimed =
                scratch.database().system(tx -> claim(tx, look(tx), 2_000)).subList(0, 500);
        if (statistics.equals("fresh")) {
            execute("vacuum analyze insightdesk.job");
        }

        scratch.database().system(tx -> {
            Read before = read(tx);
            assertThat(store.complete(tx, worker, claimed, scratch.clock().instant()))
                    .isEmpty();
            Read read = read(tx).minus(before);
            assertThat(read.scans() + read.ready() + read.running()).isZero();
            assertThat(read.key())
                    .as("each job, and what it was before its claim")
                    .isBetween(500L, 1_000L);
            return 0;
        });
    }

    @Test
    void whatWasTakenBeforeIsNotReadAgainThoughNoVacuumClearedItAway() {
        TenantId unused = tenantWith(10_000, NUMBER);
        Lanes lanes = scratch.database().system(this::look);
        for (int i = 0; i < 40; i++) {
            List<ClaimedJob> claimed = scratch.database().system(tx -> claim(tx, lanes, 200));
            scratch.database()
                    .system(tx ->
                            store.complete(tx, worker, claimed, scratch.clock().instant()));
        }

        scratch.database().system(tx -> {
            Read before = read(tx);
            assertThat(claim(tx, lanes, 200)).hasSize(200);
            assertThat(read(tx).minus(before).ready()).isLessThan(450);
            return 0;
        });
    }

    @Test
    void oneTenantsBacklogDoesNotDelayAnothersJob() {
        TenantId unused = tenantWith(20_000, NUMBER);
        TenantId small = tenantWith(1, NUMBER);

        List<ClaimedJob> claimed = scratch.database().system(tx -> claim(tx, look(tx), 10));

        assertThat(claimed.subList(0, 2)).anyMatch(job -> small.equals(job.tenant()));
    }

    @Test
    void everyTenantGetsItsTurnThoughThereAreMoreThanAreSeenAtOnce() {
        Set<TenantId> tenants = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            tenants.add(tenantWith(3, NUMBER));
        }
        Set<Lane> seen = new LinkedHashSet<>();

        Lane after = null;
        for (int look = 0; look < 4; look++) {
            Lane from = after;
            List<JobStore.Head> heads = scratch.database()
                    .system(tx -> store.promote(tx, scratch.clock().instant(), 100, Set.of(), from, 8))
                    .lanes();
            assertThat(heads).hasSize(8);
            heads.forEach(head -> seen.add(head.lane()));
            after = heads.get(7).lane();
        }

        assertThat(seen).hasSize(tenants.size());
    }

    @Test
    void onlyTheQueuesThatAreAskedForAreSeen() {
        Scope scope = scratch.scope(scratch.tenant("claim-" + ++count));
        List<JobId> ids = new ArrayList<>();
        for (String queue : List.of("a", "b", "c", "d")) {
            NewJob job = NewJob.builder(NUMBER, new Item(1)).queue(queue).build();
            ids.add(node.jobs.jobs(scope).enqueue(job));
            ids.add(node.jobs.jobs().enqueue(job));
        }
        assertThat(ids).doesNotHaveDuplicates();

        List<JobStore.Head> heads = scratch.database()
                .system(tx -> store.promote(tx, scratch.clock().instant(), 100, Set.of("b", "d"), null, 100))
                .lanes();

        assertThat(heads)
                .extracting(JobStore.Head::lane)
                .containsExactly(
                        Lane.of("b", scope.tenant()),
                        Lane.of("b", null),
                        Lane.of("d", scope.tenant()),
                        Lane.of("d", null));
    }

    @Test
    void jobsThatNobodyHereCanDoDoNotHoldUpOthers() {
        TenantId unknown = tenantWith(500, new JobKind<>("unknown", Item.class));
        TenantId known = tenantWith(5, NUMBER);
        List<Integer> done = new ArrayList<>();
        node.jobs.handlers().register(NUMBER, (context, item) -> done.add(item.value()));

        assertThat(node.jobs.workers().runDue()).isEqualTo(5);

        assertThat(done).containsExactly(0, 1, 2, 3, 4);
        assertThat(unknown).isNotEqualTo(known);
    }

    @Test
    void aClaimMayBeLostInACrashAndACompletionMayNot() {
        TenantId unused = tenantWith(1, NUMBER);
        List<ClaimedJob> claimed = scratch.database().system(tx -> {
            List<ClaimedJob> mine = claim(tx, look(tx), 1);
            assertThat(synchronousCommit(tx)).isEqualTo("off");
            assertThat(tx.query("select current_setting('idle_in_transaction_session_timeout')")
                            .mapTo(String.class)
                            .one())
                    .as("a process that is stopped now does not keep the rows for ever")
                    .isEqualTo("10s");
            return mine;
        });

        scratch.database().system(tx -> {
            assertThat(store.complete(tx, worker, claimed, scratch.clock().instant()))
                    .isEmpty();
            assertThat(synchronousCommit(tx)).isEqualTo("on");
            return 0;
        });
    }

    private static String synchronousCommit(Tx tx) {
        return tx.query("select current_setting('synchronous_commit')")
                .mapTo(String.class)
                .one();
    }

    @Test
    void aWorkerWhoseLeaseHasEndedClaimsAndEndsNothing() throws SQLException {
        TenantId unused = tenantWith(2, NUMBER);
        Lanes lanes = scratch.database().system(this::look);
        List<ClaimedJob> claimed = claimed(lanes, 1);
        execute("update insightdesk.job_worker set lease_until = clock_timestamp() - interval '1 second'");

        assertThat(claimed(lanes, 1)).isEmpty();
        assertThat(completed(claimed)).containsExactly(claimed.get(0).id());
        assertThat(renewed()).as("a lease that has ended is not renewed").isFalse();
        assertThat(rescued()).isEqualTo(1);
    }

    @Test
    void jobsOfAWorkerThatIsUnknownAreRescued() throws SQLException {
        TenantId unused = tenantWith(3, NUMBER);
        List<ClaimedJob> claimed = scratch.database().system(tx -> claim(tx, look(tx), 3));
        assertThat(claimed).hasSize(3);
        execute("delete from insightdesk.job_worker");

        assertThat(rescued()).isEqualTo(3);
        assertThat(scratch.database().system(this::look).next(10).lanes()).hasSize(1);
    }

    @Test
    void theRecordOfDoneJobsIsKeptByDayAndDroppedByDay() throws SQLException {
        execute("""
                insert into insightdesk.job_history (id, queue, kind, attempts, created_at, finished_at)
                select gen_random_uuid(), 'default', 'old', 1, day, day
                from unnest(array['2001-02-03T23:59:59Z', '2001-02-04T00:00:00Z', '2001-02-05T12:00:00Z']::timestamptz[]) as day
                """);
        Instant third = Instant.parse("2001-02-03T15:00:00Z");

        assertThat(daysMade(third)).isEqualTo(2);
        assertThat(daysMade(third)).isZero();
        assertThat(days()).containsExactly("job_history_2001_02_03", "job_history_2001_02_04", "job_history_default");

        assertThat(daysDropped(Instant.parse("2001-02-05T00:00:00Z"))).isEqualTo(2);
        assertThat(days()).containsExactly("job_history_default");
    }

    private static List<String> days() {
        return scratch.database()
                .system(tx -> tx.query(
                                "select tableoid::regclass::text as day from {schema}.job_history where kind = 'old' order by finished_at")
                        .map((row, context) -> row.getString("day").replaceAll("^.*\\.", ""))
                        .list());
    }
}
