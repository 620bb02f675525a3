package io.insightdesk.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one of the workers' endless loops is doing.
 *
 * @param name the loop, which is also the name of its thread
 * @param lastSuccess when it last went round without a failure; null before the first time
 * @param failuresInARow how often it failed since
 * @since 0.1.0
 */
public record WorkerLoop(String name, @Nullable Instant lastSuccess, long failuresInARow) {}
