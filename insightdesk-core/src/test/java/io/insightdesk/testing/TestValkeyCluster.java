package io.insightdesk.testing;

import static org.awaitility.Awaitility.await;

import io.insightdesk.devenv.servers.ValkeyServer;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real cluster of three primaries on this machine, with or without a replica for each, whose nodes can be killed and paused. */
public final class TestValkeyCluster implements AutoCloseable {

    private static final int PRIMARIES = 3;
    private static final int ATTEMPTS = 10;
    private static final int BUS = 10_000;
    private static final Duration FORMING = Duration.ofSeconds(30);

    private final List<TestValkey> nodes = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private String password = "";

    private TestValkeyCluster() {}

    /** Starts three nodes that share the slots. */
    public static TestValkeyCluster ofThree() {
        return formed(PRIMARIES);
    }

    /** Starts three nodes that share the slots, and a replica of each; the replica of node 0 is node 3 and so on. */
    public static TestValkeyCluster ofSix() {
        return formed(2 * PRIMARIES);
    }

    private static TestValkeyCluster formed(int size) {
        TestValkeyCluster cluster = new TestValkeyCluster();
        try {
            for (int i = 0; i < size; i++) {
                TestValkey node = new TestValkey(start());
                cluster.nodes.add(node);
                cluster.ids.add(node.ask(commands -> commands.clusterMyId()));
            }
            cluster.form();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static ValkeyServer start() {
        for (int attempt = 1; ; attempt++) {
            // The bus has a port of its own, as far above as every version allows.
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try {
                if (!isFree(port + BUS)) {
                    continue;
                }
                return ValkeyServer.builder()
                        .port(port)
                        .option("cluster-enabled", "yes")
                        .option("cluster-node-timeout", "1000")
                        .option("repl-diskless-sync-delay", "0")
                        .start();
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void form() {
        for (int i = 0; i < PRIMARIES; i++) {
            int from = i * SlotHash.SLOT_COUNT / PRIMARIES;
            int to = (i + 1) * SlotHash.SLOT_COUNT / PRIMARIES;
            String unused = ask(
                    i,
                    commands ->
                            commands.clusterAddSlots(IntStream.range(from, to).toArray()));
            // Without it all begin with the same, and one has to find out that it is not the only one.
            int epoch = i + 1;
            String unusedToo = ask(i, commands -> commands.clusterSetConfigEpoch(epoch));
        }
        for (int i = 1; i < nodes.size(); i++) {
            String unused = ask(i, commands -> commands.clusterMeet("127.0.0.1", port(0)));
        }
        await().atMost(FORMING)
                .until(() ->
                        everyone(commands -> commands.clusterNodes().lines().count() == nodes.size()));
        for (int i = PRIMARIES; i < nodes.size(); i++) {
            String primary = ids.get(i - PRIMARIES);
            String unused = ask(i, commands -> commands.clusterReplicate(primary));
        }
        awaitWhole();
    }

    /** Waits until every node that is asked says that all is well, replicas too. */
    public void awaitWhole() {
        await().atMost(FORMING)
                .until(() -> everyone(commands -> commands.clusterInfo().contains("cluster_state:ok")
                        && !commands.clusterNodes().contains("fail")
                        && !commands.info("replication").contains("master_link_status:down")));
    }

    private boolean everyone(Function<RedisCommands<String, String>, Boolean> holds) {
        return nodes.stream().allMatch(node -> node.ask(holds));
    }

    private int port(int node) {
        String hostAndPort = nodes.get(node).hostAndPort();
        return Integer.parseInt(hostAndPort.substring(hostAndPort.indexOf(':') + 1));
    }

    /** What it is. */
    public String program() {
        return nodes.get(0).program();
    }

    /** The address with all nodes, for a node of ours; with the password, if there is one. */
    public String uri() {
        return "redis://" + (password.isEmpty() ? "" : ":" + password + "@") + hostsAndPorts();
    }

    /** Where all nodes are. */
    public String hostsAndPorts() {
        return nodes.stream().map(TestValkey::hostAndPort).collect(Collectors.joining(","));
    }

    /** One of the nodes. */
    public TestValkey node(int number) {
        return nodes.get(number);
    }

    /** How many nodes there are. */
    public int size() {
        return nodes.size();
    }

    /** Asks one node something on a connection of its own. */
    public <T> T ask(int node, Function<RedisCommands<String, String>, T> question) {
        return nodes.get(node).ask(question);
    }

    /** Wants a password from now on. */
    public void require(String value) {
        nodes.forEach(node -> node.require(value));
        password = SecretsSeen.secret(value);
    }

    /** Which primary has a slot when nothing was moved and nobody took over. */
    public int owner(int slot) {
        return IntStream.range(0, PRIMARIES)
                .filter(i -> slot < (i + 1) * SlotHash.SLOT_COUNT / PRIMARIES)
                .findFirst()
                .orElseThrow();
    }

    /** Begins to move a slot: for keys that are not there any more, the old node says to ask the new one. */
    public void beginMove(int slot, int from, int to) {
        String unused = ask(to, commands -> commands.clusterSetSlotImporting(slot, ids.get(from)));
        String unusedToo = ask(from, commands -> commands.clusterSetSlotMigrating(slot, ids.get(to)));
        for (String key : ask(from, commands -> commands.clusterGetKeysInSlot(slot, 1_000))) {
            String unusedAnswer = ask(
                    from, commands -> commands.migrate("127.0.0.1", port(to), 0, 5_000, MigrateArgs.Builder.key(key)));
        }
    }

    /** Ends a move: the old node says who has it from now on. */
    public void endMove(int slot, int from, int to) {
        String unused = ask(to, commands -> commands.clusterSetSlotNode(slot, ids.get(to)));
        String unusedToo = ask(from, commands -> commands.clusterSetSlotNode(slot, ids.get(to)));
    }

    @Override
    public void close() {
        nodes.forEach(TestValkey::close);
    }
}
