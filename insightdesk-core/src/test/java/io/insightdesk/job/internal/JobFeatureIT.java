package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobPage;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs done by hand, one after another. */
class JobFeatureIT {

    private static final JobKind<Note> NOTE = new JobKind<>("note", Note.class);
    private static final RetryPolicy POLICY = RetryPolicy.exponential(Duration.ofSeconds(10), Duration.ofMinutes(1))
            .timeout(Duration.ofMinutes(1));

    private static ScratchDatabase scratch;
    private static int number;

    private final List<String> done = new ArrayList<>();
    private TenantId tenant;
    private Scope scope;
    private JobNode node;
    private Jobs jobs;

    record Note(String text) {}

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
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("truncate insightdesk.job, insightdesk.job_dead");
        }
        tenant = scratch.tenant("tenant-" + ++number);
        scope = scratch.scope(tenant);
        node = JobNode.on(scratch);
        jobs = node.jobs.jobs(scope);
    }

    private void handle(FailingHandler handler) {
        node.jobs
                .handlers()
                .register(
                        NOTE,
                        (context, note) -> {
                            handler.handle(note.text());
                            done.add(note.text());
                        },
                        POLICY);
    }

    interface FailingHandler {
        void handle(String text) throws Exception;
    }

    private void handle() {
        handle(text -> {});
    }

    private static NewJob.Builder note(String text) {
        return NewJob.builder(NOTE, new Note(text));
    }

    private int runDue() {
        return node.jobs.workers().runDue();
    }

    @Test
    void aJobIsDoneAndGone() {
        handle();
        JobId id = jobs.enqueue(note("a").build());
        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.READY);

        assertThat(runDue()).isEqualTo(1);

        assertThat(done).containsExactly("a");
        assertThat(jobs.find(id)).isEmpty();
        assertThat(runDue()).isZero();
    }

    @Test
    void aJobOfATransactionThatIsRolledBackNeverWas() {
        handle();
        assertThatThrownBy(() -> scope.run(tx -> {
                    node.jobs.jobs(scope.in(tx)).enqueue(note("a").build());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(runDue()).isZero();
        assertThat(done).isEmpty();
    }

    @Test
    void aJobEnqueuedInAHostsTransactionIsTheresToCommit() throws SQLException {
        handle();
        try (Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Scope within = new Scope(
                    tenant,
                    scope.actor(),
                    scope.authority(),
                    scratch.database().on(connection, action -> {}),
                    scope.clock(),
                    null);
            JobId id = node.jobs.jobs(within).enqueue(note("a").build());
            assertThat(node.jobs.jobs(within).find(id)).isPresent();
            assertThat(runDue()).isZero();

            connection.commit();

            assertThat(runDue()).isEqualTo(1);
        }
    }

    @Test
    void whatIsMoreUrgentOrLongerDueGoesFirst() {
        handle();
        jobs.enqueue(note("second").build());
        scratch.clock().advance(Duration.ofSeconds(1));
        jobs.enqueue(note("third").build());
        jobs.enqueue(note("last").priority(-1).build());
        jobs.enqueue(note("first").priority(5).build());

        runDue();

        assertThat(done).containsExactly("first", "second", "third", "last");
    }

    @Test
    void aDelayedJobWaits() {
        handle();
        jobs.enqueue(note("a").delay(Duration.ofHours(1)).build());
        assertThat(runDue()).isZero();

        scratch.clock().advance(Duration.ofHours(1));

        assertThat(runDue()).isEqualTo(1);
    }

    @Test
    void aUniqueKeyIsTakenUntilItsJobIsDone() {
        handle();
        JobId first = jobs.enqueue(note("a").uniqueKey("k").build());
        assertThat(jobs.enqueue(note("b").uniqueKey("k").build())).isEqualTo(first);
        assertThat(node.jobs
                        .jobs(scratch.scope(scratch.tenant("other-" + ++number)))
                        .enqueue(note("c").uniqueKey("k").build()))
                .isNotEqualTo(first);

        runDue();

        assertThat(done).containsExactlyInAnyOrder("a", "c");
        assertThat(jobs.enqueue(note("d").uniqueKey("k").build())).isNotEqualTo(first);
    }

    @Test
    void manyJobsAreEnqueuedAtOnceAndKnownInTheirOrder() {
        handle();
        JobId taken = jobs.enqueue(note("taken").uniqueKey("k").build());

        List<JobId> ids = jobs.enqueueAll(List.of(
                note("last").priority(-5).build(),
                note("first").priority(5).build(),
                note("left out").uniqueKey("k").build(),
                note("once").uniqueKey("l").build(),
                note("once more").uniqueKey("l").build(),
                note("later").delay(Duration.ofHours(1)).build()));

        assertThat(ids).hasSize(6);
        assertThat(ids.get(2)).isEqualTo(taken);
        assertThat(ids.get(4)).isEqualTo(ids.get(3));
        assertThat(ids).map(id -> jobs.find(id).orElseThrow().priority()).containsExactly(-5, 5, 0, 0, 0, 0);
        assertThat(jobs.find(ids.get(5))).map(Job::status).contains(JobStatus.SCHEDULED);
        assertThat(runDue()).isEqualTo(4);
        assertThat(done).containsExactly("first", "taken", "once", "last");
        assertThat(jobs.enqueueAll(List.of())).isEmpty();
        scratch.clock().advance(Duration.ofHours(1));
        assertThat(runDue()).isEqualTo(1);
    }

    @Test
    void keysThatAreTakenInBatchesAtTheSameTimeAreTakenOnce() throws Exception {
        List<NewJob> forward = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            forward.add(note("n" + i).uniqueKey("k" + i).build());
        }
        List<NewJob> backward = new ArrayList<>(forward);
        Collections.reverse(backward);
        AtomicInteger turn = new AtomicInteger();

        List<Set<JobId>> ids =
                Race.of(4, () -> Set.copyOf(jobs.enqueueAll(turn.getAndIncrement() % 2 == 0 ? forward : backward)));

        assertThat(ids).allMatch(each -> each.size() == 200 && each.equals(ids.get(0)));
    }

    @Test
    void manyJobsOfATransactionThatIsRolledBackNeverWere() {
        handle();
        assertThatThrownBy(() -> scope.run(tx -> {
                    node.jobs
                            .jobs(scope.in(tx))
                            .enqueueAll(List.of(note("a").build(), note("b").build()));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(runDue()).isZero();
    }

    @Test
    void theLastFailuresOfADeadJobAreKept() {
        int[] run = {0};
        handle(text -> {
            throw new IllegalStateException("failure " + ++run[0]);
        });
        JobId id = jobs.enqueue(note("a").maxAttempts(7).build());
        for (int i = 0; i < 7; i++) {
            assertThat(runDue()).isEqualTo(1);
            scratch.clock().advance(Duration.ofMinutes(2));
        }

        List<String> failures = scratch.database()
                .system(tx -> tx.query(
                                "select split_part(f ->> 'error', chr(10), 1) || ' at ' || (f ->> 'attempt') as what "
                                        + "from {schema}.job_dead, jsonb_array_elements(failures) as f where id = :id")
                        .bind("id", id.value())
                        .map((row, context) -> row.getString("what").replaceAll("^.*: ", ""))
                        .list());
        assertThat(failures)
                .containsExactly(
                        "failure 3 at 3", "failure 4 at 4", "failure 5 at 5", "failure 6 at 6", "failure 7 at 7");
    }

    @Test
    void aPriorityIsWorthAMinuteSoThatNobodyWaitsForEver() {
        handle();
        jobs.enqueue(note("old").build());
        scratch.clock().advance(Duration.ofMinutes(11));
        jobs.enqueue(note("young and urgent").priority(10).build());
        jobs.enqueue(note("young and more urgent").priority(12).build());

        runDue();

        assertThat(done).containsExactly("young and more urgent", "old", "young and urgent");
    }

    @Test
    void aJobOfTheHostHasNoTenant() {
        List<Object> tenants = new ArrayList<>();
        node.jobs.handlers().register(NOTE, (context, note) -> tenants.add(context.tenant()));
        Jobs hosts = node.jobs.jobs();
        JobId id = hosts.enqueue(note("a").uniqueKey("k").build());
        assertThat(hosts.enqueue(note("b").uniqueKey("k").build())).isEqualTo(id);
        assertThat(hosts.find(id)).isPresent();
        assertThat(jobs.find(id)).isEmpty();

        runDue();

        assertThat(tenants).hasSize(1).containsOnlyNulls();
    }

    @Test
    void aFailedJobIsTriedAgainWithGrowingPausesAndThenDead() {
        handle(text -> {
            throw new IllegalStateException("the printer is on fire");
        });
        JobId id = jobs.enqueue(note("a").maxAttempts(3).build());

        assertThat(runDue()).isEqualTo(1);
        assertThat(pauseOf(id)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        assertThat(runDue()).isZero();
        scratch.clock().advance(Duration.ofSeconds(12));
        assertThat(runDue()).isEqualTo(1);
        assertThat(pauseOf(id)).isBetween(Duration.ofSeconds(16), Duration.ofSeconds(24));
        scratch.clock().advance(Duration.ofSeconds(24));
        assertThat(runDue()).isEqualTo(1);

        Job dead = jobs.find(id).orElseThrow();
        assertThat(dead.status()).isEqualTo(JobStatus.DEAD);
        assertThat(dead.attempts()).isEqualTo(3);
        assertThat(dead.deadAt()).isEqualTo(scratch.clock().instant());
        assertThat(dead.lastError()).contains("the printer is on fire").contains("\tat ");
        assertThat(jobs.list(JobQuery.dead()).items()).containsExactly(dead);
        assertThat(node.meters
                        .find("insightdesk.job.processing")
                        .tag("outcome", "retry")
                        .timer())
                .isNotNull()
                .satisfies(timer -> assertThat(timer.count()).isEqualTo(2));
    }

    private Duration pauseOf(JobId id) {
        return Duration.between(
                scratch.clock().instant(), jobs.find(id).orElseThrow().runAt());
    }

    @Test
    void aDeadJobIsRetriedByHand() {
        boolean[] broken = {true};
        handle(text -> {
            if (broken[0]) {
                throw new PermanentFailureException("never", null);
            }
        });
        JobId id = jobs.enqueue(note("a").build());
        assertThat(runDue()).isEqualTo(1);
        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.DEAD);

        broken[0] = false;
        jobs.retry(id);

        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("a");
        assertThatThrownBy(() -> jobs.retry(id)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aDeadJobIsDiscardedAndALivingOneIsNot() {
        handle(text -> {
            throw new PermanentFailureException("never", null);
        });
        JobId id = jobs.enqueue(note("a").build());
        assertThatThrownBy(() -> jobs.discard(id)).isInstanceOf(NotFoundException.class);
        runDue();

        jobs.discard(id);

        assertThat(jobs.find(id)).isEmpty();
    }

    @Test
    void aDeadJobWhoseKeyIsTakenCannotBeRetried() {
        boolean[] broken = {true};
        handle(text -> {
            if (broken[0]) {
                throw new PermanentFailureException("never", null);
            }
        });
        JobId dead = jobs.enqueue(note("a").uniqueKey("k").build());
        runDue();
        jobs.enqueue(note("b").uniqueKey("k").build());

        assertThatThrownBy(() -> jobs.retry(dead))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("unique_key_taken"));
    }

    @Test
    void deadJobsAreListedPageByPage() {
        handle(text -> {
            throw new PermanentFailureException("never", null);
        });
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(jobs.enqueue(note("n" + i).build()));
        }
        runDue();

        List<JobId> listed = new ArrayList<>();
        JobPage page = jobs.list(JobQuery.dead().limit(2));
        page.items().forEach(job -> listed.add(job.id()));
        while (page.nextCursor() != null) {
            page = jobs.list(JobQuery.dead().limit(2).after(page.nextCursor()));
            page.items().forEach(job -> listed.add(job.id()));
        }

        assertThat(listed).containsExactlyElementsOf(ids);
        assertThatThrownBy(() -> jobs.list(JobQuery.dead().after("nonsense")))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theJobsOfAnotherTenantDoNotExist() {
        handle(text -> {
            throw new PermanentFailureException("never", null);
        });
        JobId id = jobs.enqueue(note("a").build());
        runDue();
        Jobs others = node.jobs.jobs(scratch.scope(scratch.tenant("other-" + ++number)));

        assertThat(others.find(id)).isEmpty();
        assertThat(others.list(JobQuery.dead()).items()).isEmpty();
        assertThatThrownBy(() -> others.retry(id)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> others.discard(id)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void readingAndChangingJobsNeedPermissions() {
        Scope reader = new Scope(
                tenant,
                Actor.system(),
                any -> new Access(Set.of(Permission.JOB_READ), TicketSight.ALL),
                scratch.database(),
                scope.clock(),
                null);
        Scope stranger = new Scope(tenant, Actor.system(), any -> Access.NONE, scratch.database(), scope.clock(), null);
        JobId id = jobs.enqueue(note("a").build());

        assertThat(node.jobs.jobs(reader).find(id)).isPresent();
        assertThatThrownBy(() -> node.jobs.jobs(reader).enqueue(note("b").build()))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> node.jobs.jobs(reader).retry(id)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> node.jobs.jobs(stranger).find(id)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void jobsWithoutAHandlerHereWaitForAnotherNode() {
        JobId id = jobs.enqueue(note("a").build());
        node.jobs.handlers().register(new JobKind<>("another", Note.class), (context, note) -> {});

        assertThat(runDue()).isZero();

        assertThat(jobs.find(id)).map(Job::attempts).contains(0);
        assertThatThrownBy(() ->
                        node.jobs.handlers().register(new JobKind<>("another", Note.class), (context, note) -> {}))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void aPayloadThatCannotBeReadKillsTheJobAtOnce() {
        handle();
        JobId id = jobs.enqueue(
                NewJob.builder(new JobKind<>("note", List.class), List.of(1, 2)).build());

        runDue();

        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.DEAD);
    }

    @Test
    void aJobThatEndsWithItsHandlersTransactionIsDoneExactlyWhenThatIs() {
        boolean[] broken = {true};
        node.jobs.register(
                NOTE,
                (context, note, completion) -> scope.run(tx -> {
                    tx.update("""
                            insert into {schema}.tag (tenant_id, id, name, created_at)
                            values (:tenant, gen_random_uuid(), :name, now())
                            """).bind("name", note.text()).execute();
                    completion.in(tx);
                    if (broken[0]) {
                        throw new IllegalStateException("broken");
                    }
                    return 0;
                }),
                POLICY);
        JobId id = jobs.enqueue(note("a").build());
        runDue();
        assertThat(tags()).isZero();
        assertThat(jobs.find(id)).map(Job::status).contains(JobStatus.SCHEDULED);

        broken[0] = false;
        scratch.clock().advance(Duration.ofMinutes(1));
        runDue();

        assertThat(tags()).isEqualTo(1);
        assertThat(jobs.find(id)).isEmpty();
    }

    private long tags() {
        return scope.run(tx -> tx.query("select count(*) from {schema}.tag where tenant_id = :tenant")
                .mapTo(Long.class)
                .one());
    }

    @Test
    void maintenanceIsDoneForEachTenantAgainAndAgainByOneNode() {
        TenantId failing = scratch.tenant("failing-" + ++number);
        List<TenantId> visited = new ArrayList<>();
        MaintenanceTask task = MaintenanceTask.perTenant("sweep", Duration.ofHours(1), each -> {
            visited.add(each.tenant());
            if (each.tenant().equals(failing)) {
                throw new IllegalStateException("broken tenant");
            }
        });
        node.jobs.register(task);
        JobNode second = JobNode.on(scratch);
        second.jobs.register(task);
        TenantId last = scratch.tenant("last-" + ++number);

        assertThat(runDue()).isZero();
        assertThat(second.jobs.workers().runDue()).isZero();
        assertThat(visited).contains(tenant, failing, last).doesNotHaveDuplicates();
        int tenants = visited.size();

        scratch.clock().advance(Duration.ofHours(2));
        assertThat(second.jobs.workers().runDue()).isZero();
        assertThat(visited).hasSize(2 * tenants);
    }

    @Test
    void globalMaintenanceIsDoneOncePerPeriod() {
        int[] runs = {0};
        node.jobs.register(MaintenanceTask.global("partitions", Duration.ofDays(1), () -> runs[0]++));

        runDue();
        runDue();
        scratch.clock().advance(Duration.ofHours(23));
        runDue();
        assertThat(runs[0]).isEqualTo(1);
        scratch.clock().advance(Duration.ofHours(2));
        runDue();
        assertThat(runs[0]).isEqualTo(2);
    }

    @Test
    void everythingWrongWithAJobIsReportedAtOnce() {
        assertThatThrownBy(() -> note("a")
                        .queue(" ")
                        .priority(101)
                        .maxAttempts(0)
                        .delay(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).hasSize(4));
    }
}
