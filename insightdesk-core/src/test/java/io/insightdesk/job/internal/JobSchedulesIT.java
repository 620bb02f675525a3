package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobSchedule;
import io.insightdesk.job.JobSchedulePage;
import io.insightdesk.job.JobScheduleQuery;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.MisfirePolicy;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobSchedulesIT {

    private static final JobKind<Note> NOTE = new JobKind<>("note", Note.class);
    private static final String CLOCK = "insightdesk.schedule";
    private static final Duration HOUR = Duration.ofHours(1);

    private static ScratchDatabase scratch;
    private static int number;

    private final List<JobNode> nodes = new ArrayList<>();
    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private TenantId tenant;
    private Scope scope;
    private JobNode node;
    private JobSchedules schedules;

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
        execute("truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_schedule");
        tenant = scratch.tenant("tenant-" + ++number);
        scope = scratch.scope(tenant);
        node = node((point, kind, id) -> {});
        schedules = node.jobs.schedules(scope);
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private JobNode node(JobFeature.Probe probe) {
        JobNode made = new JobNode(scratch, scratch.database(), scratch.clock(), JobNode.options(), probe);
        made.jobs.handlers().register(NOTE, (context, note) -> done.add(note.text()));
        nodes.add(made);
        return made;
    }

    /** Does something at a point of a clock's run, once. */
    private JobNode nodeWith(String where, Runnable what) {
        AtomicBoolean did = new AtomicBoolean();
        return node((point, kind, id) -> {
            if (point.equals(where) && kind.equals(CLOCK) && !did.getAndSet(true)) {
                what.run();
            }
        });
    }

    private static NewJob job(String text) {
        return NewJob.builder(NOTE, new Note(text)).build();
    }

    private static NewJobSchedule.Builder every(Duration period, String name) {
        return NewJobSchedule.builder(name, JobTrigger.every(period), job(name));
    }

    private static Instant now() {
        return scratch.clock().instant();
    }

    private static void advance(Duration time) {
        scratch.clock().advance(time);
    }

    private int runDue() {
        return node.jobs.workers().runDue();
    }

    private static long count(String what) {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from {schema}." + what)
                        .mapTo(Long.class)
                        .one());
    }

    private static long clocks() {
        return count("job where kind = '" + CLOCK + "'");
    }

    @Test
    void aScheduleFiresAgainAndAgain() {
        JobSchedule made = schedules.put(every(HOUR, "hourly").build());
        assertThat(made.nextFireAt()).isEqualTo(now().plus(HOUR));
        assertThat(made.lastFireAt()).isNull();
        assertThat(made.tenant()).isEqualTo(tenant);
        assertThat(runDue()).isZero();

        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
        assertThat(runDue()).isZero();
        advance(HOUR.plusMinutes(10));
        assertThat(runDue()).isEqualTo(1);

        assertThat(done).containsExactly("hourly", "hourly");
        JobSchedule found = schedules.find("hourly").orElseThrow();
        assertThat(found.lastFireAt()).isEqualTo(now());
        assertThat(found.nextFireAt()).as("late nodes do not shift it").isEqualTo(now().plus(Duration.ofMinutes(50)));
        assertThat(clocks()).isEqualTo(1);
    }

    @Test
    void aCronExpressionFiresAtItsTimes() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        JobSchedule made =
                schedules.put(NewJobSchedule.builder("nightly", JobTrigger.cron("30 2 * * *", berlin), job("nightly"))
                        .build());
        Instant first = made.trigger().nextAfter(now());
        assertThat(made.nextFireAt()).isEqualTo(first);

        advance(Duration.between(now(), first));

        assertThat(runDue()).isEqualTo(1);
        assertThat(schedules.find("nightly").orElseThrow().nextFireAt())
                .isEqualTo(made.trigger().nextAfter(first));
    }

    @Test
    void putAgainItIsLeftAsItIs() {
        schedules.put(every(HOUR, "s").build());
        advance(Duration.ofMinutes(20));

        JobSchedule again = schedules.put(every(HOUR, "s").build());

        assertThat(again.nextFireAt()).isEqualTo(now().plus(Duration.ofMinutes(40)));
        assertThat(clocks()).isEqualTo(1);
    }

    @Test
    void anotherTriggerCountsFromNowAndAnotherJobDoesNotMoveIt() {
        schedules.put(every(HOUR, "s").build());
        advance(Duration.ofMinutes(20));

        JobSchedule otherJob = schedules.put(NewJobSchedule.builder("s", JobTrigger.every(HOUR), job("other"))
                .build());
        assertThat(otherJob.nextFireAt()).isEqualTo(now().plus(Duration.ofMinutes(40)));
        JobSchedule otherTrigger =
                schedules.put(NewJobSchedule.builder("s", JobTrigger.every(Duration.ofMinutes(5)), job("other"))
                        .build());
        assertThat(otherTrigger.nextFireAt()).isEqualTo(now().plus(Duration.ofMinutes(5)));
        assertThat(schedules.find("s")).contains(otherTrigger);
        assertThat(clocks()).as("the clock of before is gone").isEqualTo(1);

        advance(Duration.ofMinutes(5));
        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("other");
    }

    @Test
    void manyNodesThatPutTheSameScheduleAtOnceMakeOne() throws Exception {
        List<JobSchedule> made = Race.of(8, () -> schedules.put(every(HOUR, "s").build()));

        assertThat(made).allMatch(each -> each.equals(made.get(0)));
        assertThat(count("job_schedule")).isEqualTo(1);
        assertThat(clocks()).isEqualTo(1);
    }

    @Test
    void aFiringDoesNotPileUpOnAJobThatStillWaits() {
        schedules.put(
                NewJobSchedule.builder("s", JobTrigger.every(HOUR), waiting()).build());
        schedules.put(NewJobSchedule.builder("t", JobTrigger.every(HOUR), waiting())
                .allowOverlap()
                .build());
        for (int i = 0; i < 3; i++) {
            advance(HOUR);
            runDue();
        }

        assertThat(count("job where kind = 'unhandled' and unique_key = 'schedule:s'"))
                .isEqualTo(1);
        assertThat(count("job where kind = 'unhandled' and unique_key is null")).isEqualTo(3);
        assertThat(schedules.find("s").orElseThrow().lastFireAt()).isEqualTo(now().minus(HOUR.multipliedBy(2)));
        assertThat(schedules.find("t").orElseThrow().lastFireAt()).isEqualTo(now());
    }

    private static NewJob waiting() {
        return NewJob.builder(new JobKind<>("unhandled", Note.class), new Note("a"))
                .build();
    }

    @Test
    void whatWasMissedIsMadeUpForAsThePolicySays() {
        Instant due = now().plus(HOUR);
        schedules.put(NewJobSchedule.builder("once", JobTrigger.every(HOUR), waiting())
                .build());
        schedules.put(NewJobSchedule.builder("skip", JobTrigger.every(HOUR), waiting())
                .misfire(MisfirePolicy.SKIP)
                .build());
        schedules.put(NewJobSchedule.builder("all", JobTrigger.every(HOUR), waiting())
                .misfire(MisfirePolicy.ALL)
                .allowOverlap()
                .build());

        advance(HOUR.multipliedBy(5).plusMinutes(30));
        runDue();

        assertThat(count("job where unique_key = 'schedule:once'")).isEqualTo(1);
        assertThat(count("job where unique_key = 'schedule:skip'")).isZero();
        List<Instant> all = scratch.database()
                .system(tx -> tx.query(
                                "select run_at from {schema}.job where kind = 'unhandled' and unique_key is null order by run_at")
                        .mapTo(Instant.class)
                        .list());
        assertThat(all)
                .containsExactly(
                        due,
                        due.plus(HOUR),
                        due.plus(HOUR.multipliedBy(2)),
                        due.plus(HOUR.multipliedBy(3)),
                        due.plus(HOUR.multipliedBy(4)));
        assertThat(schedules.list(JobScheduleQuery.all()).items())
                .allMatch(each -> now().plus(Duration.ofMinutes(30)).equals(each.nextFireAt()));
        assertThat(schedules.find("skip").orElseThrow().lastFireAt()).isNull();
    }

    @Test
    void aPausedScheduleDoesNotFireAndWhatItMissedIsNotMadeUpFor() {
        schedules.put(every(HOUR, "s").build());
        JobSchedule paused = schedules.pause("s");
        assertThat(paused.paused()).isTrue();
        assertThat(paused.nextFireAt()).isNull();
        assertThat(clocks()).isZero();
        assertThat(schedules.pause("s")).isEqualTo(paused);
        advance(HOUR.multipliedBy(3));
        assertThat(runDue()).isZero();
        assertThat(schedules.put(every(Duration.ofMinutes(5), "s").build()).paused())
                .isTrue();
        assertThat(clocks()).isZero();
        node.jobs.tendSchedules();
        assertThat(clocks()).isZero();

        JobSchedule resumed = schedules.resume("s");
        assertThat(resumed.nextFireAt()).isEqualTo(now().plus(Duration.ofMinutes(5)));
        assertThat(schedules.resume("s")).isEqualTo(resumed);
        assertThat(runDue()).isZero();
        advance(Duration.ofMinutes(5));
        assertThat(runDue()).isEqualTo(1);
    }

    @Test
    void aDeletedScheduleIsGoneAndItsJobsStay() {
        schedules.put(every(HOUR, "s").build());
        schedules.runNow("s");

        schedules.remove("s");

        assertThat(schedules.find("s")).isEmpty();
        assertThat(clocks()).isZero();
        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
    }

    @Test
    void itCanBeRunByHandBesidesItsFirings() {
        JobSchedule made = schedules.put(every(HOUR, "s").build());
        schedules.pause("s");

        JobId first = schedules.runNow("s");
        assertThat(schedules.runNow("s")).as("it still waits").isEqualTo(first);
        assertThat(node.jobs.jobs(scope).find(first)).map(Job::uniqueKey).contains("schedule:s");
        assertThat(runDue()).isEqualTo(1);
        assertThat(schedules.runNow("s")).isNotEqualTo(first);

        assertThat(schedules.resume("s").nextFireAt()).isEqualTo(made.nextFireAt());
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        for (Consumer<String> call :
                List.<Consumer<String>>of(schedules::pause, schedules::resume, schedules::remove, schedules::runNow)) {
            assertThatThrownBy(() -> call.accept("none"))
                    .isInstanceOfSatisfying(
                            NotFoundException.class, e -> assertThat(e.code()).isEqualTo("job_schedule_not_found"));
        }
        assertThat(schedules.find("none")).isEmpty();
    }

    @Test
    void schedulesAreListedPageByPageByTheirNames() {
        for (String name : List.of("b", "a", "C", "e", "d")) {
            schedules.put(every(HOUR, name).build());
        }

        List<String> listed = new ArrayList<>();
        JobSchedulePage page = schedules.list(new JobScheduleQuery(null, 2));
        page.items().forEach(each -> listed.add(each.name()));
        while (page.nextCursor() != null) {
            page = schedules.list(new JobScheduleQuery(page.nextCursor(), 2));
            page.items().forEach(each -> listed.add(each.name()));
        }

        assertThat(listed).containsExactly("C", "a", "b", "d", "e");
        assertThatThrownBy(() -> schedules.list(new JobScheduleQuery("nonsense", 2)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theSchedulesOfAnotherTenantAndOfTheHostDoNotExist() {
        JobSchedules others = node.jobs.schedules(scratch.scope(scratch.tenant("other-" + ++number)));
        JobSchedules hosts = node.jobs.schedules();
        schedules.put(every(HOUR, "s").build());

        for (JobSchedules stranger : List.of(others, hosts)) {
            assertThat(stranger.find("s")).isEmpty();
            assertThat(stranger.list(JobScheduleQuery.all()).items()).isEmpty();
            assertThatThrownBy(() -> stranger.pause("s")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> stranger.resume("s")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> stranger.remove("s")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> stranger.runNow("s")).isInstanceOf(NotFoundException.class);
        }
        others.put(every(Duration.ofMinutes(30), "s").build());
        hosts.put(every(Duration.ofMinutes(30), "s").build());
        hosts.remove("s");
        others.pause("s");
        assertThat(schedules.find("s").orElseThrow().nextFireAt()).isEqualTo(now().plus(HOUR));
        assertThat(schedules.find("s").orElseThrow().paused()).isFalse();
    }

    @Test
    void theWorkRoleCannotGoPastTheFunctions() {
        JobSchedule hosts = node.jobs.schedules().put(every(HOUR, "host").build());
        assertThat(hosts.tenant()).isNull();
        UUID id = scratch.database()
                .system(tx -> tx.query("select id from {schema}.job_schedule")
                        .mapTo(UUID.class)
                        .one());

        for (String statement : List.of(
                "select count(*) > 0 from {schema}.job_schedule",
                "with gone as (delete from {schema}.job_schedule returning 1) select count(*) > 0 from gone",
                "select {schema}.stop_schedule_clock('" + id + "', 1) is null")) {
            assertThatThrownBy(() -> scope.run(
                            tx -> tx.query(statement).mapTo(Boolean.class).one()))
                    .as(statement)
                    .hasStackTraceContaining("permission denied");
        }
        assertThat(scope.<Boolean>run(
                        tx -> tx.query("select {schema}.change_job_schedule('" + id + "', '{}', null, 2, now())")
                                .mapTo(Boolean.class)
                                .one()))
                .isFalse();
        assertThat(scope.<Boolean>run(tx -> tx.query("select {schema}.remove_job_schedule('host')")
                        .mapTo(Boolean.class)
                        .one()))
                .isFalse();
        assertThat(node.jobs.schedules().find("host")).contains(hosts);
    }

    @Test
    void aScheduleOfTheHostEnqueuesJobsOfNobody() {
        node.jobs.schedules().put(every(HOUR, "host").build());
        schedules.put(
                NewJobSchedule.builder("s", JobTrigger.every(HOUR), waiting()).build());

        advance(HOUR);

        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("host");
        assertThat(count("job where kind = 'unhandled' and tenant_id = '" + tenant + "'"))
                .isEqualTo(1);
    }

    @Test
    void readingAndChangingNeedPermissions() {
        schedules.put(every(HOUR, "s").build());
        JobSchedules reader = node.jobs.schedules(new Scope(
                tenant,
                Actor.system(),
                any -> new Access(Set.of(Permission.JOB_READ), TicketSight.ALL),
                scratch.database(),
                scope.clock(),
                null));
        JobSchedules stranger = node.jobs.schedules(
                new Scope(tenant, Actor.system(), any -> Access.NONE, scratch.database(), scope.clock(), null));

        assertThat(reader.find("s")).isPresent();
        assertThat(reader.list(JobScheduleQuery.all()).items()).hasSize(1);
        assertThatThrownBy(() -> reader.put(every(HOUR, "s").build())).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> reader.pause("s")).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> reader.resume("s")).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> reader.remove("s")).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> reader.runNow("s")).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> stranger.find("s")).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> stranger.list(JobScheduleQuery.all())).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void inAHostsTransactionItSharesItsFate() throws SQLException {
        schedules.put(every(HOUR, "before").build());
        try (Connection connection = scratch.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            JobSchedules inside = node.jobs.schedules(new Scope(
                    tenant,
                    Actor.system(),
                    Authority.ALL,
                    scratch.database().on(connection, action -> {}),
                    scratch.clock(),
                    null));

            inside.put(every(HOUR, "s").build());
            inside.pause("before");
            assertThat(inside.find("s")).isPresent();
            connection.rollback();

            assertThat(schedules.find("s")).isEmpty();
            assertThat(schedules.find("before").orElseThrow().paused()).isFalse();
            assertThat(count("job_schedule")).isEqualTo(1);
            assertThat(clocks()).isEqualTo(1);

            inside.put(every(HOUR, "s").build());
            inside.remove("before");
            connection.commit();
        }
        assertThat(clocks()).isEqualTo(1);
        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("s");
    }

    @Test
    void aClockThatIsLostIsMadeAgain() throws SQLException {
        schedules.put(every(HOUR, "s").build());
        execute("delete from insightdesk.job where kind = '" + CLOCK + "'");

        node.jobs.tendSchedules();
        node.jobs.tendSchedules();

        assertThat(clocks()).isEqualTo(1);
        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
    }

    /** The firing is committed, and nobody writes down when the clock is due again. */
    @Test
    void aNodeThatDiesAfterAFiringRepeatsNothing() {
        schedules.put(every(HOUR, "s").build());
        JobNode dying = nodeWith(JobFeature.Probe.BEFORE_COMPLETION, () -> {
            throw new IllegalStateException("dies");
        });
        advance(HOUR);
        assertThat(dying.jobs.workers().runDue()).isEqualTo(1);

        assertThat(runDue()).isZero();
        assertThat(schedules.find("s").orElseThrow().nextFireAt()).isEqualTo(now().plus(HOUR));
        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
        assertThat(done).containsExactly("s", "s");
    }

    @Test
    void aClockThatRunsWhileItsScheduleIsChangedGivesWay() {
        schedules.put(every(HOUR, "s").build());
        JobNode running = nodeWith(
                JobFeature.Probe.BEFORE_COMPLETION,
                () -> schedules.put(every(Duration.ofMinutes(5), "s").build()));
        advance(HOUR);
        assertThat(running.jobs.workers().runDue()).isEqualTo(1);
        assertThat(clocks()).as("the obsolete one was running").isEqualTo(2);

        for (int i = 0; i < 12; i++) {
            advance(Duration.ofMinutes(5));
            assertThat(runDue()).isEqualTo(1);
        }

        assertThat(clocks()).as("the obsolete one has ended").isEqualTo(1);
    }

    @Test
    void aScheduleThatIsChangedPausedOrDeletedBeforeItsClockLocksItDoesNotFire() {
        for (Consumer<String> change : List.<Consumer<String>>of(
                name -> schedules.put(every(Duration.ofMinutes(5), name).build()),
                schedules::pause,
                schedules::remove)) {
            schedules.put(every(HOUR, "s").build());
            JobNode running = nodeWith(JobFeature.Probe.AFTER_CLAIM, () -> change.accept("s"));
            advance(HOUR);
            assertThat(running.jobs.workers().runDue()).isZero();
            schedules.find("s").ifPresent(left -> schedules.remove("s"));
            runDue();
            assertThat(clocks()).isZero();
        }
        assertThat(done).isEmpty();
    }

    @Test
    void pausedAndResumedWhileItRunsItGoesOn() {
        schedules.put(every(HOUR, "s").build());
        JobNode running = nodeWith(JobFeature.Probe.BEFORE_COMPLETION, () -> {
            schedules.pause("s");
            schedules.resume("s");
        });
        advance(HOUR);
        assertThat(running.jobs.workers().runDue()).isEqualTo(1);

        advance(HOUR);
        assertThat(runDue()).isEqualTo(1);
        assertThat(clocks()).isEqualTo(1);
    }

    @Test
    void nodesThatRaceFireEachScheduleOncePerTime() {
        int many = 10;
        int rounds = 8;
        JobNode other = new JobNode(
                scratch, scratch.anotherNode(), scratch.clock(), JobNode.options(), (point, kind, id) -> {});
        other.jobs.handlers().register(NOTE, (context, note) -> done.add(note.text()));
        nodes.add(other);
        for (int i = 0; i < many; i++) {
            schedules.put(every(Duration.ofSeconds(1), "s" + i).allowOverlap().build());
        }
        nodes.forEach(each -> each.jobs.workers().start());

        for (int round = 1; round <= rounds; round++) {
            advance(Duration.ofSeconds(1));
            int expected = round * many;
            await().untilAsserted(() -> assertThat(done).hasSizeGreaterThanOrEqualTo(expected));
        }

        await().during(Duration.ofMillis(300)).until(() -> done.size() == rounds * many);
        for (int i = 0; i < many; i++) {
            String name = "s" + i;
            assertThat(done).filteredOn(name::equals).hasSize(rounds);
        }
        assertThat(clocks()).isEqualTo(many);
    }

    /** One keeps changing the schedule between two periods while it fires; at last it fires as the last change says. */
    @Test
    void changesThatRaceWithFiringsLeaveOneClock() throws Exception {
        schedules.put(every(Duration.ofSeconds(1), "s").build());
        node.jobs.workers().start();
        for (int i = 0; i < 60; i++) {
            schedules.put(every(Duration.ofSeconds(i % 2 + 1), "s").build());
            advance(Duration.ofMillis(700));
        }
        schedules.put(every(Duration.ofSeconds(3), "s").build());
        int before = done.size();
        advance(Duration.ofSeconds(3));

        await().until(() -> done.size() > before);
        await().until(() -> clocks() == 1
                && now().plusSeconds(3).equals(schedules.find("s").orElseThrow().nextFireAt()));
    }
}
