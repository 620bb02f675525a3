package io.insightdesk.job.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The lanes that may have something ready, in the order of their turns, each with the rank from which on it has not been asked.
 * Queues take turns by their weights, in each the tenants, and of each tenant the lanes. Thread-safe.
 */
final class Lanes {

    /** At most so many lanes take part in one claim. */
    static final int MOST_AT_ONCE = 100;

    /** When a lane is asked again that a limit held up, unless one of its jobs ends before. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private static final int MOST_IDLE_QUEUES = 1_000;

    private final Map<String, Waiting> byQueue = new LinkedHashMap<>();
    private final Map<Lane, HeldUp> heldUp = new LinkedHashMap<>();

    /** Lanes of one queue whose turn it is. */
    record Turn(String queue, Map<Lane, Instant> lanes) {}

    private record HeldUp(Instant rank, long sinceNanos) {}

    /** The lanes of one queue. */
    private static final class Waiting {
        private final Map<UUID, Map<Lane, Instant>> byTenant = new LinkedHashMap<>();
        private int weight = 1;
        private boolean limited;
        private int credit;

        private void add(Lane lane, Instant rank) {
            byTenant.computeIfAbsent(lane.tenant(), any -> new LinkedHashMap<>())
                    .merge(lane, rank, (one, other) -> one.isBefore(other) ? one : other);
        }

        /** The first lane of the tenant whose turn it is; the tenant goes behind the others. */
        private Map.Entry<Lane, Instant> take() {
            Iterator<Map.Entry<UUID, Map<Lane, Instant>>> tenants =
                    byTenant.entrySet().iterator();
            Map.Entry<UUID, Map<Lane, Instant>> tenant = tenants.next();
            tenants.remove();
            Iterator<Map.Entry<Lane, Instant>> lanes =
                    tenant.getValue().entrySet().iterator();
            Map.Entry<Lane, Instant> lane = lanes.next();
            Map.Entry<Lane, Instant> taken = Map.entry(lane.getKey(), lane.getValue());
            lanes.remove();
            if (!tenant.getValue().isEmpty()) {
                byTenant.put(tenant.getKey(), tenant.getValue());
            }
            return taken;
        }
    }

    /** Something may be ready in a lane, from a rank on. */
    synchronized void add(Lane lane, Instant rank) {
        heldUp.remove(lane);
        waiting(lane.queue()).add(lane, rank);
    }

    private Waiting waiting(String queue) {
        if (byQueue.size() > MOST_IDLE_QUEUES) {
            byQueue.values().removeIf(one -> one.byTenant.isEmpty());
        }
        return byQueue.computeIfAbsent(queue, any -> new Waiting());
    }

    /** What holds for a queue: how many turns it gets, and whether how many of its jobs run is limited. */
    synchronized void configure(String queue, int weight, boolean limited) {
        Waiting waiting = waiting(queue);
        waiting.weight = weight;
        waiting.limited = limited;
    }

    /** Whether a limit holds for the jobs of a lane, so that the end of one may let another begin. */
    synchronized boolean limited(Lane lane) {
        Waiting waiting = byQueue.get(lane.queue());
        return lane.limited() || (waiting != null && waiting.limited);
    }

    /**
     * Takes lanes out before they are asked, so that what is announced meanwhile is not forgotten.
     *
     * @param wanted how many jobs are wanted; no more lanes than that take part
     * @return the turn; without lanes when none has anything
     */
    synchronized Turn next(int wanted) {
        askAgain();
        Optional<Map.Entry<String, Waiting>> first = nextQueue();
        if (first.isEmpty()) {
            return new Turn("", Map.of());
        }
        Waiting queue = first.get().getValue();
        Map<Lane, Instant> taken = new LinkedHashMap<>();
        while (!queue.byTenant.isEmpty() && taken.size() < Math.min(wanted, MOST_AT_ONCE)) {
            Map.Entry<Lane, Instant> lane = queue.take();
            taken.put(lane.getKey(), lane.getValue());
        }
        return new Turn(first.get().getKey(), taken);
    }

    private void askAgain() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Lane, HeldUp>> each = heldUp.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Lane, HeldUp> lane = each.next();
            if (now - lane.getValue().sinceNanos() < ASK_AGAIN.toNanos()) {
                return;
            }
            each.remove();
            waiting(lane.getKey().queue()).add(lane.getKey(), lane.getValue().rank());
        }
    }

    /** Smooth weighted round robin: everybody earns its weight, and the richest pays for all. */
    private Optional<Map.Entry<String, Waiting>> nextQueue() {
        int all = 0;
        for (Waiting queue : byQueue.values()) {
            if (!queue.byTenant.isEmpty()) {
                queue.credit += queue.weight;
                all += queue.weight;
            }
        }
        Optional<Map.Entry<String, Waiting>> richest = byQueue.entrySet().stream()
                .filter(queue -> !queue.getValue().byTenant.isEmpty())
                .max(Comparator.comparingInt(queue -> queue.getValue().credit));
        int paid = all;
        richest.ifPresent(queue -> queue.getValue().credit -= paid);
        return richest;
    }

    /** Whether some lane may have something ready. */
    synchronized boolean someWait() {
        return byQueue.values().stream().anyMatch(waiting -> !waiting.byTenant.isEmpty());
    }

    /** Whether limits hold lanes up, which are to be asked again after {@link #ASK_AGAIN}. */
    synchronized boolean someHeldUp() {
        return !heldUp.isEmpty();
    }

    /** A turn could not be taken. */
    synchronized void giveBack(Turn turn) {
        turn.lanes().forEach(this::add);
    }

    /**
     * Notes what a turn brought: lanes that gave less than their share have no more, or may not have more running.
     *
     * @return the jobs in an order in which the tenants take turns
     */
    synchronized List<ClaimedJob> taken(Turn turn, List<ClaimedJob> claimed, int wanted) {
        Map<Lane, List<ClaimedJob>> byLane = new HashMap<>();
        for (ClaimedJob job : claimed) {
            byLane.computeIfAbsent(job.lane(), any -> new ArrayList<>()).add(job);
        }
        int share = (wanted + turn.lanes().size() - 1) / Math.max(turn.lanes().size(), 1);
        boolean cut = claimed.size() >= wanted;
        turn.lanes().forEach((lane, from) -> {
            List<ClaimedJob> jobs = byLane.getOrDefault(lane, List.of());
            Instant rank = jobs.isEmpty() ? from : jobs.get(jobs.size() - 1).rank();
            if (jobs.size() >= share || cut) {
                add(lane, rank);
            } else if (!jobs.isEmpty() && limited(lane)) {
                heldUp.put(lane, new HeldUp(rank, System.nanoTime()));
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
