package io.insightdesk.job.internal;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals by a Valkey's publish and subscribe, one node's or a cluster's. Only this class and those that it uses know the client,
 * which a host need not have: nothing else may load them. Connections are made when there is something to send or hear, and again
 * after one broke, in a cluster to another node; nobody but the sender's thread and health checks ever waits for an answer, and they
 * no longer than {@link #TIMEOUT}.
 */
final class ValkeyWire implements SignalWire, JobFeature.Scripts {

    /** How long a command, or making a connection, may take. */
    static final Duration TIMEOUT = Duration.ofMillis(500);

    /** How long nothing is sent after it came to nothing, so that a Valkey that is away does not keep the sender waiting. */
    static final Duration BACK_OFF = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ValkeyWire.class);
    private static final int UNHEARD_SIGNALS = 1_000;
    // No node understands it, and none needs to.
    private static final String ANYBODY_THERE = "?";

    private final ValkeyAddress address;
    private final String channel;
    private final ValkeyClients clients;
    private final ValkeyConnection<StatefulRedisConnection<String, String>> publisher;
    private final @Nullable ValkeyConnection<StatefulRedisClusterConnection<String, String>> cluster;
    private final ValkeyScripts<?> scripts;
    private boolean closed;
    private volatile long failedNanos = System.nanoTime() - BACK_OFF.toNanos();
    private volatile boolean warned;
    private volatile List<String> silent = List.of();

    /** Makes the client; no connection is made yet, nor any thread. */
    ValkeyWire(ValkeyAddress address, String channel, ThreadFactory threads) {
        this.address = address;
        this.channel = channel;
        this.clients = new ValkeyClients(address, TIMEOUT, threads);
        this.publisher = new ValkeyConnection<>(clients::connect);
        if (clients.isCluster()) {
            this.cluster = new ValkeyConnection<>(clients::connectCluster);
            this.scripts = new ValkeyScripts<>(cluster, StatefulRedisClusterConnection::async);
        } else {
            this.cluster = null;
            this.scripts = new ValkeyScripts<>(publisher, StatefulRedisConnection::async);
        }
    }

    @Override
    public String name() {
        return "valkey";
    }

    @Override
    public String describe() {
        return "Valkey at " + address;
    }

    @Override
    public String whenDeaf() {
        return "The Valkey at " + address + " does not answer: until it does, other nodes' jobs are found by polling";
    }

    @Override
    public Duration listenAgain() {
        return BACK_OFF;
    }

    @Override
    public void send(List<String> payloads) {
        if (System.nanoTime() - failedNanos < BACK_OFF.toNanos()) {
            throw new AwayException("The Valkey at " + address + " did not answer a moment ago");
        }
        try {
            publish(payloads);
            answered();
            if (warned) {
                warned = false;
                log.info("The Valkey at {} takes signals again", address);
            }
        } catch (AwayException e) {
            failedNanos = System.nanoTime();
            if (!warned) {
                warned = true;
                log.warn(
                        "The Valkey at {} takes no signals: until it does, other nodes find this node's jobs by polling ({})",
                        address,
                        e.getMessage());
            }
            throw e;
        }
    }

    @Override
    public Condition condition() {
        try {
            publish(List.of(ANYBODY_THERE));
            answered();
        } catch (AwayException e) {
            log.debug("The Valkey at {} does not answer a health check", address, e);
            return Condition.AWAY;
        }
        return clients.isCluster() ? conditionOfCluster() : Condition.WORKS;
    }

    private Condition conditionOfCluster() {
        try {
            ValkeyClusterView view = ValkeyClusterView.of(
                    ask(TIMEOUT, connection -> connection.async().clusterNodes().toCompletableFuture()));
            sayWhoIsSilent(view.silent());
            return view.trouble().map(Condition::partly).orElse(Condition.WORKS);
        } catch (AwayException e) {
            log.debug("The Valkey at {} does not say how its cluster is", address, e);
            return Condition.partly("The Valkey does not say how its cluster is (" + e.getMessage() + ").");
        }
    }

    private void sayWhoIsSilent(List<String> now) {
        if (!silent.equals(now)) {
            silent = now;
            if (now.isEmpty()) {
                log.info("The cluster of the Valkey at {} is whole again", address);
            } else {
                log.warn("Nodes of the cluster of the Valkey at {} do not answer the others: {}", address, now);
            }
        }
    }

    /** What is told from now on need not wait until that is over. */
    private void answered() {
        failedNanos = System.nanoTime() - BACK_OFF.toNanos();
    }

    private void publish(List<String> payloads) {
        Void unused = ask(TIMEOUT, connection -> publish(connection, payloads));
    }

    /** Asks on the connection that publishes. */
    private <T> T ask(
            Duration timeout, Function<StatefulRedisConnection<String, String>, CompletableFuture<T>> question) {
        CompletableFuture<StatefulRedisConnection<String, String>> used = publisher.get();
        Future<T> answer = used.thenCompose(question);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            ValkeyConnection.drop(used);
            throw new AwayException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            ValkeyConnection.drop(used);
            throw new AwayException(reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwayException("interrupted", e);
        }
    }

    private CompletableFuture<Void> publish(StatefulRedisConnection<String, String> connection, List<String> payloads) {
        return CompletableFuture.allOf(payloads.stream()
                .map(payload -> connection.async().publish(channel, payload).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public String helpDesk() {
        return ValkeyChannel.helpDesk(channel);
    }

    @Override
    public List<Long> run(String script, List<Call> calls) {
        return scripts.run(script, calls);
    }

    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public boolean sparesDatabase() {
        return true;
    }

    @Override
    public Ear listen() {
        return new ValkeyEar();
    }

    /** Ends the client and its threads. Whatever Valkey does, that takes no longer than a moment. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        publisher.close();
        if (cluster != null) {
            cluster.close();
        }
        clients.close();
    }

    /** A subscription; it is made while the first {@link #await} waits already. */
    private final class ValkeyEar extends RedisPubSubAdapter<String, String> implements Ear {

        private final BlockingQueue<String> unheard = new ArrayBlockingQueue<>(UNHEARD_SIGNALS);
        private final CompletableFuture<StatefulRedisPubSubConnection<String, String>> connecting;
        private final CompletableFuture<StatefulRedisPubSubConnection<String, String>> subscribed;

        private volatile @Nullable String untold;

        @SuppressWarnings("ThisEscapedInObjectConstruction") // The fields that the listener uses are set before.
        ValkeyEar() {
            this.connecting = clients.connectPubSub();
            this.subscribed = connecting.thenCompose(connection -> {
                connection.addListener(this);
                return connection.async().subscribe(channel).thenApply(nothing -> connection);
            });
        }

        /** What nobody takes in time is not kept; polling finds the jobs. */
        @Override
        public void message(String from, String payload) {
            if (payload.equals(untold)) {
                untold = null;
            }
            if (!unheard.offer(payload)) {
                log.debug("More signals came than can wait; polling finds the jobs");
            }
        }

        @Override
        public void test(String payload) {
            untold = payload;
            CompletableFuture<?> unused = subscribed
                    .thenCompose(connection -> publisher.get())
                    .thenCompose(connection -> publish(connection, List.of(payload)))
                    .thenRun(ValkeyWire.this::answered);
        }

        @Override
        public List<String> await(Duration time) {
            if (ValkeyConnection.isBroken(subscribed)) {
                Throwable failure = subscribed.handle((connection, e) -> e).getNow(null);
                throw failure == null
                        ? new AwayException("the connection ended")
                        : new AwayException(reason(failure), failure);
            }
            List<String> came = new ArrayList<>();
            try {
                String first = unheard.poll(time.toNanos(), TimeUnit.NANOSECONDS);
                if (first != null) {
                    came.add(first);
                    unheard.drainTo(came);
                }
            } catch (InterruptedException e) {
                // Only closing ends a loop; who interrupts it makes its turn come sooner.
                log.debug("Listening to the Valkey at {} was interrupted", address, e);
            }
            return came;
        }

        /** On the connection of this ear alone: a test that all nodes hear would be too much, so often. */
        @Override
        public void check() {
            Future<?> answer =
                    subscribed.thenCompose(connection -> connection.async().ping());
            try {
                answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AwayException("no answer within " + TIMEOUT.toMillis() + " ms", e);
            } catch (ExecutionException e) {
                throw new AwayException(reason(e), e);
            } catch (InterruptedException e) {
                // Only closing ends a loop; who interrupts it makes its turn come sooner.
                log.debug("Asking the Valkey at {} was interrupted", address, e);
            }
        }

        /** What it told itself and did not hear may have got stuck at either end: a node that a cluster left behind takes signals. */
        @Override
        public void close() {
            ValkeyConnection.hangUp(connecting);
            if (untold != null) {
                publisher.drop();
            }
        }
    }
}
