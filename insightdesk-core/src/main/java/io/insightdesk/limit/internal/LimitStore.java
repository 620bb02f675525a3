package io.insightdesk.limit.internal;

import io.insightdesk.limit.RateLimit;
import java.util.List;

/** Where all nodes, or only this one, keep what is left in each bucket. Thread-safe. */
interface LimitStore {

    /** Its name in metrics. */
    String name();

    /**
     * Takes off each bucket what was used of it, all at once; a bucket that is not known is full. Where a bucket's limit is another
     * one than before, what was used of it stays used: what is left grows or shrinks as the limit did.
     *
     * @return what is left of each, in their order: less than nothing where more was used than there was, but never less than a
     *     limit's worth
     * @throws RuntimeException when it is away; then nothing may be known of what was taken off
     */
    List<Double> settle(List<Use> uses);

    /**
     * What was used of a bucket, each at most once in a call.
     *
     * @param key names it
     */
    record Use(String key, RateLimit limit, long used) {

        double perSecond() {
            return perSecond(limit);
        }

        static double perSecond(RateLimit limit) {
            return limit.permits() * 1e9 / limit.period().toNanos();
        }
    }
}
