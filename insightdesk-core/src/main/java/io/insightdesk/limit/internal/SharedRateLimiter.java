package io.insightdesk.limit.internal;

import io.insightdesk.internal.Sha256;
import io.insightdesk.limit.RateBucket;
import io.insightdesk.limit.RateDecision;
import io.insightdesk.limit.RateLimiter;
import io.insightdesk.limit.RateStanding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides from what this node knows, and tells the store what was used: all buckets in one call, a moment after the first use.
 * Only a node that used a block of a bucket within that moment waits for the store.
 */
final class SharedRateLimiter implements RateLimiter, AutoCloseable {

    /** How long after a use the store is told. */
    static final Duration SETTLE_AFTER = Duration.ofMillis(200);

    private static final Logger log = LoggerFactory.getLogger(SharedRateLimiter.class);
    private static final Duration TIDY_EVERY = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int BATCH = 1_000;

    private final LimitStore store;
    private final LongSupplier nanoTime;
    private final Map<String, LocalBucket> buckets = new ConcurrentHashMap<>();
    private final Set<LocalBucket> unsettled = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread;
    private long tidiedNanos;

    SharedRateLimiter(LimitStore store, ThreadFactory threads, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.tidiedNanos = nanoTime.getAsLong();
        this.thread = new ScheduledThreadPoolExecutor(1, threads);
        thread.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public RateDecision take(List<RateBucket> wanted) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("at least one bucket is needed");
        }
        List<RateStanding> standings = new ArrayList<>();
        List<LocalBucket> taken = new ArrayList<>();
        for (RateBucket each : wanted) {
            LocalBucket local = take(each, taken);
            standings.add(local.standing(each, nanoTime.getAsLong()));
        }
        boolean allowed = taken.size() == wanted.size();
        if (!allowed) {
            taken.forEach(LocalBucket::giveBack);
        }
        unsettled.addAll(taken);
        settleSoon();
        return new RateDecision(allowed, standings);
    }

    private LocalBucket take(RateBucket bucket, List<LocalBucket> taken) {
        String name = bucket.policy() + "\0" + bucket.key();
        while (true) {
            LocalBucket local = buckets.computeIfAbsent(
                    name, text -> new LocalBucket(hash(text), bucket.limit(), nanoTime.getAsLong()));
            switch (local.take(bucket.limit(), nanoTime.getAsLong())) {
                case TAKEN -> {
                    taken.add(local);
                    return local;
                }
                case EMPTY -> {
                    return local;
                }
                case ASK -> ask(local, bucket);
                case FORGOTTEN -> {
                    boolean unused = buckets.remove(name, local);
                }
            }
        }
    }

    private void ask(LocalBucket local, RateBucket bucket) {
        local.settling.lock();
        try {
            // Somebody may have asked while this one waited.
            if (local.mustAsk(bucket.limit())) {
                settle(List.of(local));
            }
        } finally {
            local.settling.unlock();
        }
    }

    /** The caller holds the lock of each. */
    private void settle(List<LocalBucket> some) {
        List<Double> left = store.settle(some.stream().map(LocalBucket::begin).toList());
        long now = nanoTime.getAsLong();
        for (int i = 0; i < some.size(); i++) {
            some.get(i).end(left.get(i), now);
        }
    }

    private void settleSoon() {
        if (!unsettled.isEmpty() && scheduled.compareAndSet(false, true)) {
            try {
                var unused = thread.schedule(this::settleAll, SETTLE_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("The help desk is being closed; what was used just now is not counted", e);
            }
        }
    }

    /** Tells the store what was used since the last time. */
    void settleAll() {
        scheduled.set(false);
        try {
            List<LocalBucket> mine = new ArrayList<>();
            for (Iterator<LocalBucket> all = unsettled.iterator(); all.hasNext(); ) {
                LocalBucket each = all.next();
                // Whom somebody else settles at this moment comes again.
                if (each.settling.tryLock()) {
                    all.remove();
                    mine.add(each);
                }
                if (mine.size() == BATCH) {
                    settleAndUnlock(mine);
                    mine.clear();
                }
            }
            settleAndUnlock(mine);
            tidy();
            settleSoon();
        } catch (RuntimeException e) {
            log.error("Rate limits could not be settled", e);
        }
    }

    private void settleAndUnlock(List<LocalBucket> mine) {
        try {
            if (!mine.isEmpty()) {
                settle(mine);
            }
        } finally {
            mine.forEach(each -> each.settling.unlock());
        }
    }

    private void tidy() {
        long now = nanoTime.getAsLong();
        if (now - tidiedNanos > TIDY_EVERY.toNanos()) {
            tidiedNanos = now;
            buckets.values().removeIf(each -> each.forget(now));
        }
    }

    /** How many buckets this node knows. */
    int known() {
        return buckets.size();
    }

    private static String hash(String name) {
        return HexFormat.of().formatHex(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
