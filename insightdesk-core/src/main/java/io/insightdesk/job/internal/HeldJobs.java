package io.insightdesk.job.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The attempts that this node knows to be its own. The database may know more: those of a claim whose answer got lost, and those
 * whose end could not be written down. The lease of a node that lives would keep them for ever. Thread-safe.
 */
final class HeldJobs {

    private final Set<Attempt> held = ConcurrentHashMap.newKeySet();
    private Map<Attempt, Long> suspects = Map.of();
    private volatile Consumer<ClaimedJob> released = job -> {};

    record Attempt(UUID id, int number) {
        static Attempt of(ClaimedJob job) {
            return new Attempt(job.id().value(), job.attempt());
        }
    }

    void hold(ClaimedJob job) {
        boolean unused = held.add(Attempt.of(job));
    }

    /** Whether this node has none. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    /** From now on somebody is told of each release. */
    void whenReleased(Consumer<ClaimedJob> listener) {
        released = listener;
    }

    /** The end is written down, or never will be. */
    void release(ClaimedJob job) {
        if (held.remove(Attempt.of(job))) {
            released.accept(job);
        }
    }

    /**
     * Which attempts nobody works on, though the database has them as this node's: those that were not held for some time. One
     * thread asks.
     *
     * @param running what the database has
     * @param nanos how long a claim may be on its way
     */
    List<Attempt> forgotten(Collection<Attempt> running, long nanos) {
        long now = System.nanoTime();
        Map<Attempt, Long> seen = new HashMap<>();
        for (Attempt attempt : running) {
            if (!held.contains(attempt)) {
                seen.put(attempt, suspects.getOrDefault(attempt, now));
            }
        }
        suspects = seen;
        return seen.entrySet().stream()
                .filter(each -> now - each.getValue() >= nanos)
                .map(Map.Entry::getKey)
                .toList();
    }
}
