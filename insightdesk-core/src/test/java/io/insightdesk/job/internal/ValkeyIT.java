package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SignalConnection;
import io.insightdesk.job.JobHandler;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.TestValkey;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How nodes wake each other by a Valkey, and go on without. */
class ValkeyIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(5);

    private static ScratchDatabase scratch;
    private static TestValkey valkey;
    private static int count;

    private final List<JobNode> nodes = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private Scope scope;

    record Item(int value) {}

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
        valkey = new TestValkey();
        System.out.println("Valkey: " + valkey.program());
    }

    @AfterAll
    static void close() {
        valkey.close();
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        int unused = scratch.database()
                .system(tx -> tx.update("truncate {schema}.job").execute());
        scope = scratch.scope(scratch.tenant("valkey-" + ++count));
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private JobNode node(Duration pollInterval) {
        return node(scratch, pollInterval);
    }

    private JobNode node(ScratchDatabase of, Duration pollInterval) {
        JobNode node = JobNode.wokenBy(valkey.uri(), of, WorkerOptions.builder().pollInterval(pollInterval));
        nodes.add(node);
        return node;
    }

    private JobNode working(Duration pollInterval) {
        JobNode node = node(pollInterval);
        node.jobs.handlers().register(NUMBER, (context, item) -> done.incrementAndGet());
        node.jobs.workers().start();
        return node;
    }

    private JobNode listening(Duration pollInterval) {
        JobNode node = working(pollInterval);
        await().until(node.jobs::listening);
        return node;
    }

    private static NewJob number(int value) {
        return NewJob.builder(NUMBER, new Item(value)).build();
    }

    private static double failures(JobNode node) {
        return node.meters
                .get("insightdesk.job.signals.failures")
                .tag("wire", "valkey")
                .counter()
                .count();
    }

    @Test
    void jobsOfANodeThatDoesNotWorkAreDoneAtOnceAndTheDatabaseNotifiesNobody() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);
        try (SignalConnection ear = scratch.database().listen("insightdesk_job")) {
            answering.jobs.jobs(scope).enqueue(number(1));
            await().atMost(SOON).until(() -> done.get() == 1);
            answering.jobs.jobs().enqueue(number(2));
            await().atMost(SOON).until(() -> done.get() == 2);
            answering.jobs.jobs(scope).enqueueAll(List.of(number(3), number(4)));
            await().atMost(SOON).until(() -> done.get() == 4);

            assertThat(ear.await(Duration.ofMillis(100))).isEmpty();
        }
        assertThat(working.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS);
        assertThat(answering.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS);
        assertThat(failures(answering)).isZero();
    }

    private JobNode quiet(WorkerOptions.Builder options, JobHandler<Item> handler) {
        JobNode node = JobNode.wokenBy(valkey.uri(), scratch, options);
        nodes.add(node);
        node.jobs.handlers().register(NUMBER, handler);
        node.jobs.workers().start();
        await().atMost(SOON.multipliedBy(2)).until(() -> extendedLeases() == nodes.size());
        return node;
    }

    /** How many nodes have a lease that is longer than usual. */
    private static int extendedLeases() {
        return scratch.database()
                .system(tx -> tx.query("""
                                select count(*)
                                from {schema}.job_worker
                                where lease_until - heartbeat_at > 2 * interval '1 second'
                                """).mapTo(Integer.class).one());
    }

    private static WorkerOptions.Builder shortLease() {
        return WorkerOptions.builder().pollInterval(Duration.ofMillis(200)).lease(Duration.ofSeconds(1));
    }

    @Test
    void aQuietNodeHasALongLeaseAndNoneOfItsJobsHas() {
        List<Integer> extendedWhileRunning = new CopyOnWriteArrayList<>();
        quiet(shortLease(), (context, item) -> extendedWhileRunning.add(extendedLeases()));

        node(NEVER).jobs.jobs(scope).enqueue(number(1));

        await().atMost(SOON).until(() -> extendedWhileRunning.size() == 1);
        assertThat(extendedWhileRunning).containsExactly(0);
    }

    @Test
    void whileANodeHasJobsOthersLookOutForItsDeath() {
        CountDownLatch ended = new CountDownLatch(1);
        JobNode busy = quiet(shortLease(), (context, item) -> ended.await());
        JobNode other = JobNode.wokenBy(valkey.uri(), scratch, shortLease());
        nodes.add(other);
        other.jobs.workers().start();
        await().atMost(SOON.multipliedBy(2)).until(() -> extendedLeases() == 2);
        try {
            busy.jobs.jobs(scope).enqueue(number(1));
            await().atMost(SOON).until(() -> extendedLeases() == 0);
            await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> extendedLeases() == 0);
        } finally {
            ended.countDown();
        }
        await().atMost(SOON.multipliedBy(2)).until(() -> extendedLeases() == 2);
    }

    @Test
    void twoHelpDesksOnOneValkeyDoNotWakeEachOther() {
        try (ScratchDatabase other = ScratchDatabase.create()) {
            String channel = ValkeyChannel.of(scratch.database());
            assertThat(ValkeyChannel.of(scratch.anotherNode())).isEqualTo(channel);
            assertThat(ValkeyChannel.of(other.database())).isNotEqualTo(channel);
            JobNode working = listening(NEVER);
            JobNode there = node(other, NEVER);
            there.jobs.handlers().register(NUMBER, (context, item) -> done.incrementAndGet());
            there.jobs.workers().start();
            await().until(there.jobs::listening);

            Map<String, Long> subscribed = valkey.ask(commands -> commands.pubsubNumsub(channel));
            assertThat(subscribed).containsEntry(channel, 1L);
            List<String> channels = valkey.ask(commands -> commands.pubsubChannels("insightdesk:job:*"));
            assertThat(channels).hasSize(2).allMatch(each -> each.contains(":insightdesk:"));
            assertThat(working.jobs.listening()).isTrue();
            nodes.remove(there);
            there.close();
        }
    }

    @Test
    void aValkeyThatIsDownAtTheStartIsUsedWhenItComes() {
        valkey.kill();
        JobNode working = working(NEVER);
        JobNode answering = node(NEVER);
        await().until(() -> working.jobs.workers().loops().stream().allMatch(loop -> loop.lastSuccess() != null));
        answering.jobs.jobs(scope).enqueue(number(1));
        await().until(() -> failures(answering) > 0);
        await().during(Duration.ofSeconds(2)).until(() -> done.get() == 0);
        assertThat(working.jobs.listening()).isFalse();
        assertThat(working.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.AWAY);
        assertThat(working.jobs.workers().loops()).allMatch(loop -> loop.failuresInARow() == 0);

        valkey.restart();

        await().atMost(SOON).until(working.jobs::listening);
        await("what was told meanwhile is looked for").atMost(SOON).until(() -> done.get() == 1);
        answering.jobs.jobs(scope).enqueue(number(2));
        await().atMost(SOON).until(() -> done.get() == 2);
        assertThat(working.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS);
    }

    @Test
    void aNodePollsAsOftenAsEverWhileTheValkeyIsAway() {
        valkey.kill();
        JobNode working = working(Duration.ofMillis(500));
        JobNode answering = node(NEVER);

        for (int i = 1; i <= 5; i++) {
            int number = i;
            answering.jobs.jobs(scope).enqueue(number(number));
            await().atMost(Duration.ofSeconds(2)).until(() -> done.get() == number);
        }

        assertThat(working.jobs.listening()).isFalse();
        valkey.restart();
    }

    @Test
    void aPausedValkeyDelaysNoCommitNoClaimAndNoEnd() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);
        answering.jobs.jobs(scope).enqueue(number(0));
        await().until(() -> done.get() == 1);
        valkey.pause();
        try {
            long began = System.nanoTime();
            for (int i = 1; i <= 300; i++) {
                answering.jobs.jobs(scope).enqueue(number(i));
            }
            Duration enqueuing = since(began);
            began = System.nanoTime();
            for (int i = 301; i <= 600; i++) {
                working.jobs.jobs(scope).enqueue(number(i));
            }
            await().atMost(SOON).until(() -> done.get() == 601);
            Duration working300 = since(began);
            began = System.nanoTime();
            nodes.forEach(JobNode::close);
            Duration closing = since(began);
            nodes.clear();

            System.out.printf(
                    "paused Valkey: 300 commits in %d ms, 300 commits and 600 jobs in %d ms, two nodes closed in %d ms%n",
                    enqueuing.toMillis(), working300.toMillis(), closing.toMillis());
            assertThat(enqueuing).isLessThan(SOON);
            assertThat(closing).isLessThan(Duration.ofSeconds(4));
        } finally {
            valkey.resume();
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void aClosedNodeLeavesNoThreadsAndNoConnections() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);
        answering.jobs.jobs(scope).enqueue(number(1));
        await().until(() -> done.get() == 1);
        assertThat(clientThreads()).isNotEmpty();
        String channel = ValkeyChannel.of(scratch.database());

        nodes.clear();
        working.close();
        answering.close();
        answering.close();

        await().atMost(SOON).untilAsserted(() -> assertThat(clientThreads()).isEmpty());
        await().until(() -> Map.of(channel, 0L).equals(valkey.ask(commands -> commands.pubsubNumsub(channel))));
    }

    /** Those of the nodes; the test's own client has others. */
    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("insightdesk-valkey") || name.contains("globalEventExecutor"))
                .toList();
    }

    @Test
    void theWorkersCanStopAndStartAgain() {
        JobNode working = listening(NEVER);
        JobNode answering = node(NEVER);
        assertThat(working.jobs.workers().stop(SOON)).isTrue();
        answering.jobs.jobs(scope).enqueue(number(1));

        working.jobs.workers().start();
        await().until(working.jobs::listening);
        answering.jobs.jobs(scope).enqueue(number(2));

        await().atMost(SOON).until(() -> done.get() == 2);
    }

    @Test
    void aUserThatMayOnlyPublishAndSubscribeThereIsEnough() {
        String unused = valkey.ask(commands -> commands.aclSetuser(
                "desk",
                AclSetuserArgs.Builder.on()
                        .addPassword("open-sesame")
                        .resetChannels()
                        .channelPattern("insightdesk:job:*")
                        .addCommand(CommandType.PUBLISH)
                        .addCommand(CommandType.SUBSCRIBE)));
        JobNode node = JobNode.wokenBy(
                "redis://desk:open-sesame@" + valkey.hostAndPort(),
                scratch,
                WorkerOptions.builder().pollInterval(NEVER));
        nodes.add(node);
        node.jobs.workers().start();

        await().atMost(SOON).until(node.jobs::listening);
        assertThat(node.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS);
    }

    @Test
    void aPasswordThatIsWrongMeansPollingAndTheRightOneHelps() {
        valkey.require("open-sesame");
        try {
            JobNode right = listening(NEVER);
            JobNode wrong = JobNode.wokenBy(
                    "redis://:shut-sesame@" + valkey.hostAndPort(),
                    scratch,
                    WorkerOptions.builder().pollInterval(NEVER));
            nodes.add(wrong);
            wrong.jobs.jobs(scope).enqueue(number(1));
            await().until(() -> failures(wrong) > 0);
            assertThat(wrong.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.AWAY);
            assertThat(right.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS);
        } finally {
            valkey.kill();
            valkey.restart();
        }
    }
}
