package io.insightdesk.internal.db;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Where the primary's log ended at some moments of the last seconds. A replica that has replayed as much as the oldest of them lacks
 * nothing that was committed before those seconds. Thread-safe.
 */
final class RecentPositions {

    private static final int STEPS = 10;

    private final long keptNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long position, long at) {}

    RecentPositions(Duration kept) {
        this.keptNanos = kept.toNanos();
    }

    /** Learns of a position that was asked for no earlier than a moment of {@link System#nanoTime()}. */
    synchronized void learn(long position, long at) {
        Sample last = samples.peekLast();
        if (last != null && position < last.position()) {
            // A log that became shorter is another database's, of which the former positions tell nothing.
            samples.clear();
            last = null;
        }
        if (last == null || at - last.at() >= keptNanos / STEPS) {
            samples.addLast(new Sample(position, at));
        }
    }

    /** Whether it is time to ask the primary again. */
    synchronized boolean isDue(long now) {
        Sample last = samples.peekLast();
        return last == null || now - last.at() >= keptNanos / STEPS;
    }

    /** What a replica must have replayed to be no further behind than is allowed; empty when nothing young enough is known. */
    synchronized OptionalLong floor(long now) {
        while (!samples.isEmpty() && now - samples.getFirst().at() > keptNanos) {
            samples.removeFirst();
        }
        return samples.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(samples.getFirst().position());
    }
}
