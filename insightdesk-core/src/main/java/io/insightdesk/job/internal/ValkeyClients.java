package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections to a Valkey. Any node of a cluster will do for signals, which it hands on to all others; for scripts there is
 * a connection that knows which node has which key. Nobody waits here but for {@link #close}. Thread-safe.
 */
final class ValkeyClients implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ValkeyClients.class);
    private static final Duration CLOSING = Duration.ofMillis(500);
    // A move of a slot or the end of a node is found when it is met; this finds nodes that are new.
    private static final Duration LOOK_AROUND = Duration.ofSeconds(30);
    private static final Duration LOOK_AROUND_AT_MOST = Duration.ofSeconds(1);
    private static final int UNANSWERED_COMMANDS = 1_000;

    private final ValkeyAddress address;
    private final List<RedisURI> named;
    private final ClientResources resources;
    private final RedisClient client;
    private final @Nullable RedisClusterClient cluster;
    // Nodes begin at different ones, and go on with the next after one that failed.
    private final AtomicInteger first =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1_000));
    private @Nullable CompletableFuture<Void> looking;
    private volatile boolean looked;

    /** Makes the clients; no connection is made yet, nor any thread. */
    ValkeyClients(ValkeyAddress address, Duration timeout, ThreadFactory threads) {
        this.address = address;
        this.named = address.nodes().stream()
                .map(node -> uri(address, node, timeout))
                .toList();
        AtomicInteger number = new AtomicInteger();
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .threadFactoryProvider(pool -> work -> {
                    Thread thread = threads.newThread(work);
                    thread.setName("insightdesk-valkey-" + number.incrementAndGet());
                    return thread;
                })
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(ClientOptions.builder(), timeout).build());
        if (address.isCluster()) {
            this.cluster = RedisClusterClient.create(resources, named);
            ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                    .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                            .enablePeriodicRefresh(LOOK_AROUND)
                            .adaptiveRefreshTriggersTimeout(LOOK_AROUND_AT_MOST)
                            .build())
                    // Whom a node sends us to may be newer than what is known of the cluster.
                    .validateClusterNodeMembership(false);
            options(options, timeout);
            cluster.setOptions(options.build());
        } else {
            this.cluster = null;
        }
    }

    private static ClientOptions.Builder options(ClientOptions.Builder options, Duration timeout) {
        return options.autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(UNANSWERED_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled());
    }

    private static RedisURI uri(ValkeyAddress address, ValkeyAddress.Node node, Duration timeout) {
        RedisURI.Builder made = RedisURI.builder()
                .withHost(node.host())
                .withPort(node.port())
                .withSsl(address.tls())
                .withTimeout(timeout);
        String user = address.user();
        String password = address.password();
        if (password != null) {
            if (user == null) {
                made.withPassword(password.toCharArray());
            } else {
                made.withAuthentication(user, password.toCharArray());
            }
        }
        return made.build();
    }

    boolean isCluster() {
        return cluster != null;
    }

    /** A connection to any node that answers. */
    CompletableFuture<StatefulRedisConnection<String, String>> connect() {
        return any(uri -> client.connectAsync(StringCodec.UTF8, uri));
    }

    /** A connection to any node that answers, for hearing. */
    CompletableFuture<StatefulRedisPubSubConnection<String, String>> connectPubSub() {
        return any(uri -> client.connectPubSubAsync(StringCodec.UTF8, uri));
    }

    /**
     * A connection to all nodes of a cluster, as it is now. It is there when each of them has answered or not: a script has no time to
     * wait for it.
     */
    CompletableFuture<StatefulRedisClusterConnection<String, String>> connectCluster() {
        RedisClusterClient all = requireNonNull(cluster, "cluster");
        return lookAround(all)
                .thenCompose(nothing -> all.connectAsync(StringCodec.UTF8))
                .thenCompose(connection -> CompletableFuture.allOf(withSlots(all).stream()
                                .map(uri -> connection
                                        .getConnectionAsync(uri.getHost(), uri.getPort())
                                        .exceptionally(failure -> absent(uri, failure)))
                                .toArray(CompletableFuture<?>[]::new))
                        .thenApply(nothing -> connection));
    }

    private static @Nullable StatefulRedisConnection<String, String> absent(RedisURI uri, Throwable failure) {
        log.debug("The node of the Valkey cluster at {}:{} does not answer", uri.getHost(), uri.getPort(), failure);
        return null;
    }

    private static List<RedisURI> withSlots(RedisClusterClient all) {
        return all.getPartitions().stream()
                .filter(node -> !node.hasNoSlots())
                .map(RedisClusterNode::getUri)
                .toList();
    }

    private <C> CompletableFuture<C> any(Function<RedisURI, CompletionStage<C>> connect) {
        RedisClusterClient all = cluster;
        if (all == null) {
            return connect.apply(named.get(0)).toCompletableFuture();
        }
        if (!looked) {
            CompletableFuture<Void> unused = lookAround(all);
        }
        List<RedisURI> nodes = new ArrayList<>(looked ? answering(all) : named);
        Collections.rotate(nodes, first.getAndIncrement());
        // Those who answered a while ago may all be gone, but for the names.
        named.stream().filter(uri -> !nodes.contains(uri)).forEach(nodes::add);
        return any(nodes, connect);
    }

    private static <C> CompletableFuture<C> any(List<RedisURI> nodes, Function<RedisURI, CompletionStage<C>> connect) {
        CompletableFuture<C> made = connect.apply(nodes.get(0)).toCompletableFuture();
        return nodes.size() == 1
                ? made
                : made.exceptionallyCompose(failure -> {
                    log.debug("A node of the Valkey cluster does not answer; the next is tried", failure);
                    return any(nodes.subList(1, nodes.size()), connect);
                });
    }

    private static List<RedisURI> answering(RedisClusterClient all) {
        List<RedisURI> answering = new ArrayList<>();
        for (RedisClusterNode node : all.getPartitions()) {
            if (!node.is(RedisClusterNode.NodeFlag.FAIL) && !node.is(RedisClusterNode.NodeFlag.NOADDR)) {
                answering.add(node.getUri());
            }
        }
        return answering;
    }

    /** Finds out which nodes there are and what they have. One look at a time. */
    private synchronized CompletableFuture<Void> lookAround(RedisClusterClient all) {
        CompletableFuture<Void> current = looking;
        if (current == null || current.isDone()) {
            current = all.refreshPartitionsAsync().toCompletableFuture().whenComplete((nothing, failure) -> {
                if (failure == null) {
                    looked = true;
                } else {
                    log.debug("No node of the Valkey cluster at {} says what there is", address, failure);
                }
            });
            looking = current;
        }
        return current;
    }

    /** Ends the clients, their connections and threads. Whatever Valkey does, that takes no longer than a moment. */
    @Override
    public void close() {
        List<CompletableFuture<Void>> ending = new ArrayList<>();
        ending.add(client.shutdownAsync(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS));
        if (cluster != null) {
            ending.add(cluster.shutdownAsync(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS));
        }
        try {
            waitFor(CompletableFuture.allOf(ending.toArray(CompletableFuture<?>[]::new)));
            CompletableFuture<Void> ended = new CompletableFuture<>();
            resources
                    .shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .addListener(future -> ended.complete(null));
            waitFor(ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitFor(CompletableFuture<Void> ending) throws InterruptedException {
        try {
            ending.get(CLOSING.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The client for the Valkey at {} did not end in time", address, e);
        }
    }
}
