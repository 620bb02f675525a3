package io.insightdesk.limit.internal;

import io.insightdesk.limit.RateBucket;
import io.insightdesk.limit.RateLimit;
import io.insightdesk.limit.RateStanding;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this node knows and used of a bucket. It lets a block through before it has to ask. So what it used and the store does not
 * know of is at most two blocks: one that is on its way to the store, and the next one.
 */
final class LocalBucket {

    /** A block is the limit by this, but at least 1. */
    static final int BLOCKS = 20;

    private final String key;
    /** Held by whoever settles this bucket with the store. */
    final ReentrantLock settling = new ReentrantLock();

    private RateLimit limit;
    private double known;
    private long knownNanos;
    private long used;
    private long onTheWay;
    private boolean forgotten;

    LocalBucket(String key, RateLimit limit, long now) {
        this.key = key;
        this.limit = limit;
        this.known = limit.permits();
        this.knownNanos = now;
    }

    /** What came of asking for a token. */
    enum Outcome {
        /** Taken. */
        TAKEN,
        /** There is none. */
        EMPTY,
        /** Only the store knows: this node used its block. */
        ASK,
        /** This object counts no more. */
        FORGOTTEN
    }

    synchronized Outcome take(RateLimit current, long now) {
        if (forgotten) {
            return Outcome.FORGOTTEN;
        }
        known += current.permits() - limit.permits();
        limit = current;
        if (left(now) < 1) {
            return Outcome.EMPTY;
        }
        if (mustAsk(limit)) {
            return Outcome.ASK;
        }
        used++;
        return Outcome.TAKEN;
    }

    /** Whether this node used its block, so that only the store knows. */
    synchronized boolean mustAsk(RateLimit current) {
        return used >= Math.max(1, current.permits() / BLOCKS);
    }

    /** The token was not needed after all. */
    synchronized void giveBack() {
        // On its way to the store already, it comes back with the next settlement.
        used--;
    }

    /** Begins a settlement; the caller holds {@link #settling}. */
    synchronized LimitStore.Use begin() {
        onTheWay = used;
        used = 0;
        return new LimitStore.Use(key, limit, onTheWay);
    }

    synchronized void end(double left, long now) {
        known = left;
        knownNanos = now;
        onTheWay = 0;
    }

    /** Forgets it where that makes no difference: nothing is to be told, and it would be full. */
    synchronized boolean forget(long now) {
        forgotten = used == 0 && onTheWay == 0 && left(now) >= limit.permits();
        return forgotten;
    }

    synchronized RateStanding standing(RateBucket bucket, long now) {
        double left = left(now);
        double perSecond = LimitStore.Use.perSecond(limit);
        return new RateStanding(
                bucket,
                (long) Math.floor(Math.max(0, left)),
                seconds(Math.max(0, limit.permits() - left) / perSecond),
                seconds(Math.max(0, 1 - left) / perSecond));
    }

    private double left(long now) {
        double filled = known + Math.max(0, now - knownNanos) / 1e9 * LimitStore.Use.perSecond(limit);
        return Math.min(limit.permits(), filled) - used - onTheWay;
    }

    private static Duration seconds(double value) {
        return Duration.ofNanos((long) Math.ceil(value * 1e9));
    }
}
