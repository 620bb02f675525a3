package io.insightdesk.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param metric its name: {@code jobs.executed}, say
 * @param unit what it counts
 * @param better whether more or less is better
 * @param ours ours
 * @param peers what others reach in the same run, by name
 * @param ceiling what the same work costs without any library; null if there is no such thing
 */
record Row(
        String metric,
        String unit,
        Better better,
        Spread ours,
        Map<String, Spread> peers,
        @Nullable Spread ceiling) {
    Row {
        peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }

    /** Which way is up. */
    enum Better {
        HIGHER,
        LOWER
    }

    /** How many times better than the best peer the median is: 2 means twice as good, whichever way is up; null without peers. */
    @Nullable Double ratioToBestPeer() {
        return peers.values().stream().map(this::ratioTo).min(Double::compare).orElse(null);
    }

    /** Which share of the ceiling the median reaches: 1 is all of it; null without a ceiling. */
    @Nullable Double ratioToCeiling() {
        return ceiling == null ? null : ratioTo(ceiling);
    }

    private double ratioTo(Spread other) {
        return better == Better.HIGHER ? ours.median() / other.median() : other.median() / ours.median();
    }
}
