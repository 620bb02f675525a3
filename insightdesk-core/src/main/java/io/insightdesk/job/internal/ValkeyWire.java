package io.insightdesk.job.internal;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals by a Valkey's publish and subscribe. The only class that knows the client, which a host need not have: nothing else may
 * load it. Connections are made when there is something to send or hear, and again after one broke; nobody but the sender's
 * thread and health checks ever waits for an answer, and they no longer than {@link #TIMEOUT}.
 */
final class ValkeyWire implements SignalWire, JobFeature.Scripts {

    /** How long a command, or making a connection, may take. */
    static final Duration TIMEOUT = Duration.ofMillis(500);

    /** How long a script may take, for which requests wait. */
    static final Duration SCRIPT_TIMEOUT = Duration.ofMillis(100);

    /** How long nothing is sent after it came to nothing, so that a Valkey that is away does not keep the sender waiting. */
    static final Duration BACK_OFF = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ValkeyWire.class);
    private static final Duration CLOSING = Duration.ofMillis(500);
    private static final int UNANSWERED_COMMANDS = 1_000;
    private static final int UNHEARD_SIGNALS = 1_000;
    // No node understands it, and none needs to.
    private static final String ANYBODY_THERE = "?";

    private final ValkeyAddress address;
    private final String channel;
    private final RedisURI uri;
    private final ClientResources resources;
    private final RedisClient client;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, String>> publisher;
    private boolean closed;
    private volatile long failedNanos = System.nanoTime() - BACK_OFF.toNanos();
    private volatile boolean warned;

    /** Makes the client; no connection is made yet, nor any thread. */
    ValkeyWire(ValkeyAddress address, String channel, ThreadFactory threads) {
        this.address = address;
        this.channel = channel;
        this.uri = uri(address);
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
        this.client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(UNANSWERED_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build());
    }

    private static RedisURI uri(ValkeyAddress address) {
        RedisURI.Builder made = RedisURI.builder()
                .withHost(address.host())
                .withPort(address.port())
                .withSsl(address.tls())
                .withTimeout(TIMEOUT);
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
    public boolean answers() {
        try {
            publish(List.of(ANYBODY_THERE));
            answered();
            return true;
        } catch (AwayException e) {
            log.debug("The Valkey at {} does not answer a health check", address, e);
            return false;
        }
    }

    /** What is told from now on need not wait until that is over. */
    private void answered() {
        failedNanos = System.nanoTime() - BACK_OFF.toNanos();
    }

    private void publish(List<String> payloads) {
        CompletableFuture<StatefulRedisConnection<String, String>> used = publisher();
        Future<?> published = used.thenCompose(connection -> publish(connection, payloads));
        try {
            published.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            drop(used);
            throw new AwayException("no answer within " + TIMEOUT.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            drop(used);
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
    public List<Long> run(String script, List<String> keys, List<String> values) {
        CompletableFuture<StatefulRedisConnection<String, String>> used = publisher();
        Future<List<Long>> answer = used.thenCompose(connection -> connection
                .async()
                .<List<Long>>eval(
                        script, ScriptOutputType.MULTI, keys.toArray(String[]::new), values.toArray(String[]::new))
                .toCompletableFuture());
        try {
            return answer.get(SCRIPT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            drop(used);
            throw new AwayException("no answer within " + SCRIPT_TIMEOUT.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            // What is refused, such as for want of a right, says nothing against the connection.
            if (!(e.getCause() instanceof RedisCommandExecutionException)) {
                drop(used);
            }
            throw new AwayException(reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwayException("interrupted", e);
        }
    }

    /** The connection that sends: the one there is, or one that is being made. */
    private synchronized CompletableFuture<StatefulRedisConnection<String, String>> publisher() {
        CompletableFuture<StatefulRedisConnection<String, String>> current = publisher;
        if (current == null || isBroken(current)) {
            if (closed) {
                throw new AwayException("closed");
            }
            current = client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture();
            publisher = current;
        }
        return current;
    }

    private static boolean isBroken(CompletableFuture<? extends StatefulRedisConnection<String, String>> connecting) {
        return connecting.isDone()
                && (connecting.isCompletedExceptionally() || !connecting.join().isOpen());
    }

    /** Ends a connection, so that the next use makes another; one that is still being made may succeed or fail as it can. */
    private static void drop(CompletableFuture<StatefulRedisConnection<String, String>> used) {
        if (used.isDone()) {
            hangUp(used);
        }
    }

    private static void hangUp(CompletableFuture<? extends StatefulRedisConnection<String, String>> connecting) {
        CompletableFuture<?> unused = connecting.thenCompose(StatefulRedisConnection::closeAsync);
    }

    private static String reason(Throwable e) {
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
        client.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        Future<Boolean> ended = resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ended.get(CLOSING.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The threads of the client for the Valkey at {} did not end in time", address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A subscription; it is made while the first {@link #await} waits already. */
    private final class ValkeyEar extends RedisPubSubAdapter<String, String> implements Ear {

        private final BlockingQueue<String> unheard = new ArrayBlockingQueue<>(UNHEARD_SIGNALS);
        private final CompletableFuture<StatefulRedisPubSubConnection<String, String>> connecting;
        private final CompletableFuture<StatefulRedisPubSubConnection<String, String>> subscribed;

        @SuppressWarnings("ThisEscapedInObjectConstruction") // The fields that the listener uses are set before.
        ValkeyEar() {
            this.connecting = client.connectPubSubAsync(StringCodec.UTF8, uri).toCompletableFuture();
            this.subscribed = connecting.thenCompose(connection -> {
                connection.addListener(this);
                return connection.async().subscribe(channel).thenApply(nothing -> connection);
            });
        }

        /** What nobody takes in time is not kept; polling finds the jobs. */
        @Override
        public void message(String from, String payload) {
            if (!unheard.offer(payload)) {
                log.debug("More signals came than can wait; polling finds the jobs");
            }
        }

        @Override
        public void test(String payload) {
            CompletableFuture<?> unused = subscribed
                    .thenCompose(connection -> publisher())
                    .thenCompose(connection -> publish(connection, List.of(payload)))
                    .thenRun(ValkeyWire.this::answered);
        }

        @Override
        public List<String> await(Duration time) {
            if (isBroken(subscribed)) {
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

        @Override
        public void close() {
            hangUp(connecting);
        }
    }
}
