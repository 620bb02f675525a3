package io.insightdesk.job.internal;

import io.insightdesk.internal.Ids;
import io.insightdesk.internal.db.SignalConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what other nodes tell. Whether notifications arrive at all is tried by sending one to itself; where they do not, as behind
 * a transaction pooler, polling has to do, and it is tried again later. {@link #turn} is called by one thread again and again.
 */
final class SignalListener {

    /** How long a notification to oneself may take. */
    static final Duration TEST = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(SignalListener.class);
    private static final Duration ATTENTION = Duration.ofMillis(100);
    private static final Duration TEST_AGAIN = Duration.ofSeconds(15);
    private static final Duration TRY_AGAIN = Duration.ofMinutes(1);
    private static final Duration RECONNECT = Duration.ofMillis(100);

    private final Supplier<SignalConnection> connections;
    private final String channel;
    private final String node;
    private final Consumer<Signal> heard;
    private final Runnable resumed;
    private @Nullable SignalConnection connection;
    private volatile boolean listening;
    private volatile Duration pause = RECONNECT;
    private long testedNanos;
    private boolean warned;

    /**
     * Makes a listener; nothing is listened to yet.
     *
     * @param resumed run when listening begins: what was told before was not heard
     */
    SignalListener(
            Supplier<SignalConnection> connections,
            String channel,
            String node,
            Consumer<Signal> heard,
            Runnable resumed) {
        this.connections = connections;
        this.channel = channel;
        this.node = node;
        this.heard = heard;
        this.resumed = resumed;
    }

    /** Whether notifications arrive. */
    boolean listening() {
        return listening;
    }

    /** How long until the next turn: none while listening, for a turn waits by itself. */
    Duration pause() {
        return pause;
    }

    /** Listens for a moment. Throws when the connection breaks; the next turn takes another. */
    void turn() {
        try {
            SignalConnection current = connection;
            if (current == null || System.nanoTime() - testedNanos > TEST_AGAIN.toNanos()) {
                current = current == null ? connections.get() : current;
                connection = current;
                test(current);
            }
            if (listening) {
                current.await(ATTENTION).forEach(this::hear);
            }
        } catch (RuntimeException e) {
            stop();
            pause = RECONNECT;
            throw e;
        }
    }

    private void test(SignalConnection current) {
        String token = node + " test " + Ids.next();
        current.send(channel, token);
        long until = System.nanoTime() + TEST.toNanos();
        boolean arrived = false;
        for (long left = TEST.toNanos(); !arrived && left > 0; left = until - System.nanoTime()) {
            List<String> came = current.await(Duration.ofNanos(left));
            arrived = came.contains(token);
            came.forEach(this::hear);
        }
        testedNanos = System.nanoTime();
        if (!arrived) {
            stop();
            pause = TRY_AGAIN;
            if (!warned) {
                log.warn(
                        "Notifications do not arrive within {}, as behind a transaction pooler: other nodes' jobs are found by "
                                + "polling. listenDataSource(…) takes connections that bypass the pooler",
                        TEST);
                warned = true;
            }
        } else if (!listening) {
            listening = true;
            pause = Duration.ZERO;
            warned = false;
            log.info("Woken by notifications of other nodes");
            resumed.run();
        }
    }

    private void hear(String payload) {
        Signal.parse(payload).filter(signal -> !signal.sender().equals(node)).ifPresent(heard);
    }

    /** Gives the connection back. */
    void stop() {
        listening = false;
        SignalConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}
