package io.insightdesk.limit.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Counts of this process alone, for as long as no store of all nodes can be reached. */
final class ProcessLimits implements LimitStore {

    private static final int MANY = 10_000;

    private final LongSupplier nanoTime;
    private final Map<String, Level> levels = new ConcurrentHashMap<>();

    private record Level(double balance, double capacity, double perSecond, long atNanos) {

        double at(long now) {
            return Math.min(capacity, balance + (now - atNanos) / 1e9 * perSecond);
        }
    }

    ProcessLimits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public List<Double> settle(List<Use> uses) {
        long now = nanoTime.getAsLong();
        if (levels.size() > MANY) {
            levels.values().removeIf(level -> level.at(now) >= level.capacity());
        }
        return uses.stream()
                .map(use -> levels.merge(use.key(), first(use, now), (old, unused) -> next(old, use, now))
                        .balance())
                .toList();
    }

    private static Level first(Use use, long now) {
        double capacity = use.limit().permits();
        return new Level(Math.max(-capacity, capacity - use.used()), capacity, use.perSecond(), now);
    }

    private static Level next(Level old, Use use, long now) {
        double capacity = use.limit().permits();
        double grown = old.balance() + capacity - old.capacity();
        double filled = Math.min(capacity, grown + (now - old.atNanos()) / 1e9 * use.perSecond());
        return new Level(Math.max(-capacity, filled - use.used()), capacity, use.perSecond(), now);
    }
}
