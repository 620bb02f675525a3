package io.insightdesk.job.internal;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a node of a cluster believes of the others.
 *
 * @param unserved slots that no node serves that answers it
 * @param silent the nodes with slots that do not answer it, as host and port
 */
record ValkeyClusterView(BitSet unserved, List<String> silent) {

    /** Reads what {@code CLUSTER NODES} says. */
    static ValkeyClusterView of(String clusterNodes) {
        BitSet unserved = new BitSet();
        unserved.set(0, SlotHash.SLOT_COUNT);
        List<String> silent = new ArrayList<>();
        for (RedisClusterNode node : ClusterPartitionParser.parse(clusterNodes)) {
            boolean answers = !node.is(RedisClusterNode.NodeFlag.FAIL)
                    && !node.is(RedisClusterNode.NodeFlag.EVENTUAL_FAIL)
                    && !node.is(RedisClusterNode.NodeFlag.NOADDR);
            if (answers) {
                node.getSlots().forEach(unserved::clear);
            } else if (!node.hasNoSlots()) {
                silent.add(node.getUri().getHost() + ":" + node.getUri().getPort());
            }
        }
        return new ValkeyClusterView(unserved, silent);
    }

    /** What is wrong, for people, without an address; empty where nothing is. */
    Optional<String> trouble() {
        int count = unserved.cardinality();
        if (count == 0) {
            return Optional.empty();
        }
        List<String> ranges = new ArrayList<>();
        for (int from = unserved.nextSetBit(0); from >= 0; ) {
            int to = unserved.nextClearBit(from) - 1;
            ranges.add(from == to ? Integer.toString(from) : from + "-" + to);
            from = unserved.nextSetBit(to + 1);
        }
        return Optional.of(count + " of the Valkey cluster's " + SlotHash.SLOT_COUNT + " slots are not served ("
                + String.join(", ", ranges)
                + "); until they are, PostgreSQL counts rates. Jobs are told of all the same.");
    }
}
