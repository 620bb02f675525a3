package io.insightdesk.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a queue on all nodes.
 *
 * @param name the queue
 * @param weight how many turns it gets while a queue of weight 1 gets one
 * @param atOnce so many of its jobs run at most, on all nodes together; null for any number
 * @param pausedAt since when none of its jobs is begun; null where they are
 * @since 0.1.0
 */
public record JobQueue(
        String name,
        int weight,
        @Nullable Integer atOnce,
        @Nullable Instant pausedAt) {

    /**
     * Whether its jobs wait until somebody resumes it.
     *
     * @return true while it is paused
     */
    public boolean paused() {
        return pausedAt != null;
    }
}
