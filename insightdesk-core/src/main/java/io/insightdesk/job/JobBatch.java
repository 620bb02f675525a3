package io.insightdesk.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that were enqueued together.
 *
 * @param id the batch
 * @param jobs how many there were
 * @param waiting how many have not ended: wait, run, or are to be tried again
 * @param dead how many ended by failing for good
 * @param createdAt when they were enqueued
 * @param endedAt when the last one ended; null before
 * @since 0.1.0
 */
public record JobBatch(
        JobBatchId id,
        int jobs,
        long waiting,
        int dead,
        Instant createdAt,
        @Nullable Instant endedAt) {}
