package io.insightdesk.job.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes what became ready here, after the commit and never in it: a notification inside a transaction has its
 * commits wait for each other. At most one per queue and {@link #PAUSE}. While the wire keeps its thread waiting, what there is to
 * tell is put together: one signal per queue is all that can wait. What is lost is found by polling; where nodes poll seldom because
 * they are told, they are told to look as soon as the wire carries again. Thread-safe.
 */
final class SignalSender {

    static final Duration PAUSE = Duration.ofMillis(5);

    private static final Logger log = LoggerFactory.getLogger(SignalSender.class);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration ATTENTION = Duration.ofMillis(100);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final SignalWire wire;
    private final String node;
    private final Counter failures;
    private final ThreadPoolExecutor thread;
    private final Map<Topic, Signal> pending = new LinkedHashMap<>();
    private volatile boolean closing;
    private long sentNanos = System.nanoTime() - PAUSE.toNanos();

    /** What is put together while it waits. */
    private record Topic(String queue, Signal.Sort sort) {}

    SignalSender(SignalWire wire, String node, MeterRegistry meters, ThreadFactory threads) {
        this.wire = wire;
        this.node = node;
        this.failures = Counter.builder("insightdesk.job.signals.failures")
                .description("Signals between nodes that could not be sent, several at a time")
                .tag("wire", wire.name())
                .register(meters);
        // A node that only answers requests has one thread for this, while there is something to tell.
        this.thread =
                new ThreadPoolExecutor(1, 1, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Something is ready in a lane, from a rank on. */
    void tell(Lane lane, Instant rank) {
        tell(Signal.ready(node, lane.queue(), lane.limited() ? null : lane.tenant(), rank));
    }

    /** There may be something to do in a queue. */
    void tellToLook(String queue) {
        tell(Signal.ready(node, queue, null, Instant.EPOCH));
    }

    /** Something will be ready in a queue. */
    void tellOfLater(String queue, Instant due) {
        tell(Signal.later(node, queue, due));
    }

    /** This node has jobs, which others would have to do if it died. */
    void tellBusy() {
        tell(Signal.busy(node));
    }

    private void tell(Signal signal) {
        boolean first;
        synchronized (pending) {
            first = pending.isEmpty();
            pending.merge(new Topic(signal.queue(), signal.sort()), signal, Signal::with);
        }
        if (first) {
            try {
                thread.execute(this::send);
            } catch (RejectedExecutionException e) {
                log.debug("The library is closed: other nodes find the job by polling", e);
            }
        }
    }

    /** Sends what is still to be told, and ends. The wire is not used afterwards. */
    void close() {
        closing = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("A notification of other nodes is still on its way after {}", CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        boolean lost = sendPending(false);
        while (lost && wire.sparesDatabase() && !closing) {
            pause(wire.listenAgain());
            lost = sendPending(true);
        }
    }

    /** Answers whether it came to nothing. */
    private boolean sendPending(boolean afterLoss) {
        pause(Duration.ofNanos(sentNanos + PAUSE.toNanos() - System.nanoTime()));
        List<String> payloads = new ArrayList<>();
        synchronized (pending) {
            pending.values().forEach(signal -> payloads.add(signal.wire()));
            pending.clear();
        }
        if (afterLoss) {
            payloads.add(
                    Signal.ready(node, Signal.EVERY_QUEUE, null, Instant.EPOCH).wire());
        }
        if (payloads.isEmpty()) {
            return false;
        }
        try {
            wire.send(payloads);
            return false;
        } catch (RuntimeException e) {
            failures.increment();
            log.debug("Other nodes could not be told of jobs; they find them by polling", e);
            return true;
        } finally {
            sentNanos = System.nanoTime();
        }
    }

    private void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !closing; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, ATTENTION.toNanos()));
        }
    }
}
