package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.TestValkey;
import io.insightdesk.testing.TestValkeyCluster;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How nodes wake each other and count by a cluster of Valkeys, and go on when a part of it is away. */
class ValkeyClusterIT {

    private static final JobKind<Item> NUMBER = new JobKind<>("number", Item.class);
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String COUNT = "return redis.call('incr', KEYS[1])";

    private static ScratchDatabase scratch;
    private static TestValkeyCluster cluster;
    private static int count;

    private final List<JobNode> nodes = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private Scope scope;
    private String prefix;

    record Item(int value) {}

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
        cluster = TestValkeyCluster.ofThree();
        System.out.println("Valkey: " + cluster.program());
    }

    @AfterAll
    static void close() {
        cluster.close();
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        int unused = scratch.database()
                .system(tx -> tx.update("truncate {schema}.job").execute());
        scope = scratch.scope(scratch.tenant("valkey-cluster-" + ++count));
        prefix = "insightdesk:limit:" + count + ":";
    }

    @AfterEach
    void stop() {
        nodes.forEach(JobNode::close);
    }

    private JobNode node(String uri) {
        JobNode node = JobNode.wokenBy(uri, scratch, WorkerOptions.builder().pollInterval(NEVER));
        nodes.add(node);
        return node;
    }

    private JobNode node() {
        return node(cluster.uri());
    }

    private JobNode working(String uri) {
        JobNode node = node(uri);
        node.jobs.handlers().register(NUMBER, (context, item) -> done.incrementAndGet());
        node.jobs.workers().start();
        return node;
    }

    private JobNode listening(String uri) {
        JobNode node = working(uri);
        await().atMost(SOON).until(node.jobs::listening);
        return node;
    }

    private void isWoken(JobNode by, int number) {
        by.jobs.jobs(scope).enqueue(NewJob.builder(NUMBER, new Item(number)).build());
        await().atMost(SOON).until(() -> done.get() == number);
    }

    private static List<Long> counted(JobNode node, List<String> keys) {
        return node.jobs
                .scripts()
                .orElseThrow()
                .run(
                        COUNT,
                        keys.stream()
                                .map(key -> new JobFeature.Scripts.Call(key, List.of()))
                                .toList());
    }

    /** Counts as soon as there is a connection; what is counted meanwhile does not matter. */
    private static void connect(JobNode node, String key) {
        await().atMost(SOON)
                .ignoreException(SignalWire.AwayException.class)
                .untilAsserted(() -> assertThat(counted(node, List.of(key))).hasSize(1));
    }

    private List<String> keys(int number) {
        return IntStream.range(0, number).mapToObj(i -> prefix + i).toList();
    }

    private String keyAt(int node) {
        return keys(1_000).stream()
                .filter(key -> cluster.owner(SlotHash.getSlot(key)) == node)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void jobsAreDoneAtOnceWhicheverNodesTheTwoAreConnectedTo() {
        JobNode working = listening(cluster.uri());
        for (int i = 1; i <= 4; i++) {
            isWoken(node(), i);
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(working.jobs.valkey())
                        .isEqualTo(new JobFeature.ValkeyHealth(JobFeature.ValkeyState.WORKS, "")));
    }

    @Test
    void scriptsRunWhereTheirKeysAre() {
        JobNode node = node();
        connect(node, prefix + "first");

        assertThat(counted(node, keys(60))).hasSize(60).containsOnly(1L);
        assertThat(counted(node, keys(60))).hasSize(60).containsOnly(2L);

        for (int i = 0; i < 3; i++) {
            String there = keyAt(i);
            String counted = cluster.ask(i, commands -> commands.get(there));
            assertThat(counted).isEqualTo("2");
        }
    }

    @Test
    void aSlotThatMovesIsFollowedWhileItMovesAndAfterwards() {
        JobNode node = node();
        String key = keyAt(0);
        int slot = SlotHash.getSlot(key);
        connect(node, prefix + "first");
        assertThat(counted(node, List.of(key))).containsExactly(1L);

        cluster.beginMove(slot, 0, 1);
        try {
            long moved = cluster.ask(1, commands -> commands.clusterCountKeysInSlot(slot));
            assertThat(moved).isEqualTo(1);
            assertThat(counted(node, List.of(key))).containsExactly(2L);
        } finally {
            cluster.endMove(slot, 0, 1);
        }

        assertThat(counted(node, List.of(key))).containsExactly(3L);
        cluster.beginMove(slot, 1, 0);
        cluster.endMove(slot, 1, 0);
        assertThat(counted(node, List.of(key))).containsExactly(4L);
    }

    @Test
    void aNodeThatIsDownAtTheStartDoesNotMatter() {
        cluster.node(0).kill();
        try {
            JobNode working = listening(cluster.uri());
            JobNode answering = node();
            for (int i = 1; i <= 3; i++) {
                isWoken(answering, i);
            }
            await().atMost(SOON).until(() -> working.jobs.valkey().state() == JobFeature.ValkeyState.PARTLY_AWAY);
        } finally {
            cluster.node(0).restart();
            cluster.awaitWhole();
        }
    }

    @Test
    void whileAPrimaryIsAwayNodesAreWokenByTheOthersAndHealthSaysWhichPartIsMissing() {
        JobNode working = listening(cluster.uri());
        JobNode answering = node();
        isWoken(answering, 1);
        connect(answering, keyAt(1));

        for (int killed = 0; killed < 3; killed++) {
            cluster.node(killed).kill();
            try {
                String gone = keyAt(killed);
                assertThatThrownBy(() -> counted(answering, List.of(gone)))
                        .isInstanceOf(SignalWire.AwayException.class);
                await().atMost(SOON).until(working.jobs::listening);
                await().atMost(SOON).until(() -> isPartlyAway(answering));
                await("heard again").atMost(SOON).until(() -> isPartlyAway(working));
                isWoken(answering, 2 + 2 * killed);
                isWoken(answering, 3 + 2 * killed);
                assertThat(answering.jobs.valkey().trouble())
                        .contains(List.of(
                                        "5461 of the Valkey cluster's 16384 slots are not served (0-5460)",
                                        "5461 of the Valkey cluster's 16384 slots are not served (5461-10921)",
                                        "5462 of the Valkey cluster's 16384 slots are not served (10922-16383)")
                                .get(killed));
            } finally {
                cluster.node(killed).restart();
                cluster.awaitWhole();
            }
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(answering.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS));
            connect(answering, keyAt(killed));
        }
    }

    private static boolean isPartlyAway(JobNode node) {
        return node.jobs.valkey().state() == JobFeature.ValkeyState.PARTLY_AWAY;
    }

    @Test
    void aPrimaryThatHangsHoldsUpNothingForLong() {
        JobNode working = listening(cluster.uri());
        JobNode answering = node();
        isWoken(answering, 1);
        cluster.node(2).pause();
        try {
            long began = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                answering
                        .jobs
                        .jobs(scope)
                        .enqueue(NewJob.builder(NUMBER, new Item(i)).build());
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
            await().atMost(SOON).until(() -> done.get() == 201);
            await().atMost(SOON).until(() -> isPartlyAway(answering) && isPartlyAway(working));
        } finally {
            cluster.node(2).resume();
            cluster.awaitWhole();
        }
    }

    @Test
    void aReplicaTakesOverAndNobodyIsStartedAnew() {
        try (TestValkeyCluster six = TestValkeyCluster.ofSix()) {
            JobNode working = listening(six.uri());
            JobNode answering = node(six.uri());
            isWoken(answering, 1);
            String key = keyAt(0);
            connect(answering, key);

            six.node(0).kill();

            await("the replica of the killed one counts on")
                    .atMost(SOON.multipliedBy(3))
                    .ignoreExceptions()
                    .until(() -> counted(answering, List.of(key)).get(0) > 1);
            String role = six.ask(3, commands -> String.valueOf(commands.role().get(0)));
            assertThat(role).isEqualTo("master");
            await().atMost(SOON).until(working.jobs::listening);
            isWoken(answering, 2);
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(answering.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.WORKS));
            nodes.forEach(JobNode::close);
            nodes.clear();
        }
    }

    @Test
    void aPasswordAndAUserWithFewRightsAreEnough() {
        for (int i = 0; i < cluster.size(); i++) {
            String unused = cluster.ask(
                    i,
                    commands -> commands.aclSetuser(
                            "desk",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("open-sesame")
                                    .resetChannels()
                                    .channelPattern("insightdesk:job:*")
                                    .keyPattern("insightdesk:limit:*")
                                    .addCommand(CommandType.PUBLISH)
                                    .addCommand(CommandType.SUBSCRIBE)
                                    .addCommand(CommandType.EVAL)
                                    .addCommand(CommandType.INCR)
                                    .addCommand(CommandType.INFO)
                                    .addCommand(CommandType.CLUSTER, io.lettuce.core.protocol.CommandKeyword.NODES)));
        }
        String uri = "redis://desk:open-sesame@" + cluster.hostsAndPorts();
        JobNode working = listening(uri);
        JobNode answering = node(uri);
        isWoken(answering, 1);
        for (int i = 0; i < 3; i++) {
            connect(answering, keyAt(i));
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(working.jobs.valkey())
                        .isEqualTo(new JobFeature.ValkeyHealth(JobFeature.ValkeyState.WORKS, "")));

        JobNode wrong = node("redis://desk:shut-sesame@" + cluster.hostsAndPorts());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(wrong.jobs.valkey().state()).isEqualTo(JobFeature.ValkeyState.AWAY));
    }

    @Test
    void aClosedNodeLeavesNoThreadsAndNoConnectionsThoughAPartIsAway() {
        JobNode working = listening(cluster.uri());
        JobNode answering = node();
        isWoken(answering, 1);
        connect(answering, keyAt(0));
        connect(answering, keyAt(1));
        cluster.node(1).kill();
        try {
            assertThat(clientThreads()).isNotEmpty();
            nodes.clear();
            working.close();
            answering.close();
            answering.close();

            await().atMost(SOON).untilAsserted(() -> assertThat(clientThreads()).isEmpty());
            for (int i = 0; i < 3; i += 2) {
                int number = i;
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(cluster.ask(number, commands -> commands.clientList())
                                        .lines())
                                .as("of the test alone, and of node 1's links")
                                .filteredOn(line -> line.contains(" lib-name=Lettuce"))
                                .hasSize(1));
            }
        } finally {
            cluster.node(1).restart();
            cluster.awaitWhole();
        }
    }

    /** Those of the nodes; the test's own clients have others. */
    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("insightdesk-valkey"))
                .toList();
    }

    @Test
    void severalNodesThatAreNoClusterAreFoundOut() {
        try (TestValkey one = new TestValkey();
                TestValkey two = new TestValkey()) {
            JobNode node = node("redis://" + one.hostAndPort() + "," + two.hostAndPort());
            await().atMost(SOON).untilAsserted(() -> {
                JobFeature.ValkeyHealth health = node.jobs.valkey();
                assertThat(health.state()).isEqualTo(JobFeature.ValkeyState.PARTLY_AWAY);
                assertThat(health.trouble()).contains("does not say how its cluster is", "cluster support disabled");
            });
            nodes.remove(node);
            node.close();
        }
    }

    @Test
    void oneNodeOfAClusterAloneSaysThatMoreHaveToBeNamed() {
        JobNode node = node("redis://" + cluster.node(0).hostAndPort());
        connect(node, keyAt(0));
        String elsewhere = keyAt(1);
        assertThatThrownBy(() -> counted(node, List.of(elsewhere)))
                .isInstanceOf(SignalWire.AwayException.class)
                .hasMessageContaining("name several nodes in its address");
    }
}
