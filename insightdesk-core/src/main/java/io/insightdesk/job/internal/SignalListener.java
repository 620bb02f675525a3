package io.insightdesk.job.internal;

import io.insightdesk.internal.Ids;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what other nodes tell. Whether anything arrives at all is tried by telling itself something; where it does not, as behind a
 * transaction pooler or while a Valkey is away, polling has to do, and it is tried again later. {@link #turn} is called by one
 * thread again and again.
 */
final class SignalListener {

    /** How long a signal to oneself may take. */
    static final Duration TEST = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(SignalListener.class);
    private static final Duration ATTENTION = Duration.ofMillis(100);
    private static final Duration TEST_AGAIN = Duration.ofSeconds(15);
    private static final Duration CHECK_AGAIN = Duration.ofMillis(500);
    private static final Duration RECONNECT = Duration.ofMillis(100);

    private final SignalWire wire;
    private final String node;
    private final Consumer<Signal> heard;
    private final Runnable changed;
    private SignalWire.@Nullable Ear ear;
    private volatile boolean listening;
    private volatile boolean leaving;
    private volatile Duration pause = RECONNECT;
    private long testedNanos;
    private long checkedNanos;
    private boolean warned;

    /**
     * Makes a listener; nothing is listened to yet.
     *
     * @param changed run when listening begins or ends: what was told meanwhile is not heard
     */
    SignalListener(SignalWire wire, String node, Consumer<Signal> heard, Runnable changed) {
        this.wire = wire;
        this.node = node;
        this.heard = heard;
        this.changed = changed;
    }

    /** Whether signals arrive. */
    boolean listening() {
        return listening;
    }

    /** How long until the next turn: none while listening, for a turn waits by itself. */
    Duration pause() {
        return pause;
    }

    /** Listens for a moment. Throws when a database's connection breaks; the next turn takes another. */
    void turn() {
        try {
            SignalWire.Ear current = ear;
            if (current == null || System.nanoTime() - testedNanos > TEST_AGAIN.toNanos()) {
                current = current == null ? wire.listen() : current;
                ear = current;
                test(current);
            }
            if (listening && System.nanoTime() - checkedNanos > CHECK_AGAIN.toNanos()) {
                current.check();
                checkedNanos = System.nanoTime();
            }
            if (listening) {
                current.await(ATTENTION).forEach(this::hear);
            }
        } catch (SignalWire.AwayException e) {
            deaf(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            stop();
            pause = RECONNECT;
            throw e;
        }
    }

    private void test(SignalWire.Ear current) {
        String token = node + " test " + Ids.next();
        current.test(token);
        long until = System.nanoTime() + TEST.toNanos();
        boolean arrived = false;
        for (long left = TEST.toNanos(); !arrived && !leaving && left > 0; left = until - System.nanoTime()) {
            List<String> came = current.await(Duration.ofNanos(Math.min(left, ATTENTION.toNanos())));
            arrived = came.contains(token);
            came.forEach(this::hear);
        }
        testedNanos = System.nanoTime();
        checkedNanos = testedNanos;
        if (arrived) {
            warned = false;
            if (!listening) {
                listening = true;
                pause = Duration.ZERO;
                log.info("Woken by other nodes, listening on {}", wire.describe());
                changed.run();
            }
        } else if (!leaving) {
            deaf("nothing came within " + TEST.toMillis() + " ms");
        }
    }

    private void deaf(String reason) {
        stop();
        pause = wire.listenAgain();
        if (!warned) {
            log.warn("{} ({})", wire.whenDeaf(), reason);
            warned = true;
        }
    }

    private void hear(String payload) {
        Signal.parse(payload).filter(signal -> !signal.sender().equals(node)).ifPresent(heard);
    }

    /** Lets the turn under way end soon. */
    void leave() {
        leaving = true;
    }

    /** Listens no more. */
    void stop() {
        boolean wasListening = listening;
        listening = false;
        SignalWire.Ear current = ear;
        ear = null;
        if (current != null) {
            current.close();
        }
        if (wasListening) {
            changed.run();
        }
    }
}
