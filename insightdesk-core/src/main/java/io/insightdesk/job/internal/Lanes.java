package io.insightdesk.job.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The lanes that may have something ready, in the order of their turns, each with the rank from which on it has not been asked.
 * Queues take turns, and in each the tenants. Thread-safe.
 */
final class Lanes {

    /** At most so many lanes take part in one claim. */
    static final int MOST_AT_ONCE = 100;

    private final Map<String, Map<Lane, Instant>> byQueue = new LinkedHashMap<>();

    /** Lanes of one queue whose turn it is. */
    record Turn(String queue, Map<Lane, Instant> lanes) {}

    /** Something may be ready in a lane, from a rank on. */
    synchronized void add(Lane lane, Instant rank) {
        byQueue.computeIfAbsent(lane.queue(), any -> new LinkedHashMap<>())
                .merge(lane, rank, (one, other) -> one.isBefore(other) ? one : other);
    }

    /**
     * Takes lanes out before they are asked, so that what is announced meanwhile is not forgotten.
     *
     * @param wanted how many jobs are wanted; no more lanes than that take part
     * @return the turn; without lanes when none has anything
     */
    synchronized Turn next(int wanted) {
        Iterator<Map.Entry<String, Map<Lane, Instant>>> first =
                byQueue.entrySet().iterator();
        if (!first.hasNext()) {
            return new Turn("", Map.of());
        }
        Map.Entry<String, Map<Lane, Instant>> queue = first.next();
        first.remove();
        Map<Lane, Instant> lanes = queue.getValue();
        Map<Lane, Instant> taken = new LinkedHashMap<>();
        Iterator<Map.Entry<Lane, Instant>> each = lanes.entrySet().iterator();
        while (each.hasNext() && taken.size() < Math.min(wanted, MOST_AT_ONCE)) {
            Map.Entry<Lane, Instant> lane = each.next();
            taken.put(lane.getKey(), lane.getValue());
            each.remove();
        }
        if (!lanes.isEmpty()) {
            byQueue.put(queue.getKey(), lanes);
        }
        return new Turn(queue.getKey(), taken);
    }

    synchronized void forEach(BiConsumer<Lane, Instant> each) {
        byQueue.values().forEach(lanes -> lanes.forEach(each));
    }

    /** A turn could not be taken. */
    synchronized void giveBack(Turn turn) {
        turn.lanes().forEach(this::add);
    }

    /**
     * Notes what a turn brought: lanes that gave less than their share have no more.
     *
     * @return the jobs in an order in which the tenants take turns
     */
    List<ClaimedJob> taken(Turn turn, List<ClaimedJob> claimed, int wanted) {
        Map<Lane, List<ClaimedJob>> byLane = new HashMap<>();
        for (ClaimedJob job : claimed) {
            byLane.computeIfAbsent(Lane.of(turn.queue(), job.tenant()), any -> new ArrayList<>())
                    .add(job);
        }
        int share = (wanted + turn.lanes().size() - 1) / Math.max(turn.lanes().size(), 1);
        boolean cut = claimed.size() >= wanted;
        turn.lanes().forEach((lane, from) -> {
            List<ClaimedJob> jobs = byLane.getOrDefault(lane, List.of());
            if (jobs.size() >= share || cut) {
                add(lane, jobs.isEmpty() ? from : jobs.get(jobs.size() - 1).rank());
            }
        });
        return byLane.size() <= 1 ? claimed : interleaved(turn.lanes().keySet(), byLane, claimed.size());
    }

    private static List<ClaimedJob> interleaved(Set<Lane> order, Map<Lane, List<ClaimedJob>> byLane, int size) {
        Set<Lane> lanes = new LinkedHashSet<>(order);
        lanes.retainAll(byLane.keySet());
        List<ClaimedJob> turns = new ArrayList<>(size);
        for (int round = 0; turns.size() < size; round++) {
            for (Lane lane : lanes) {
                List<ClaimedJob> jobs = byLane.getOrDefault(lane, List.of());
                if (round < jobs.size()) {
                    turns.add(jobs.get(round));
                }
            }
        }
        return turns;
    }
}
