package io.insightdesk.transfer;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Says how long something is kept.
 *
 * @param kind what
 * @param keepFor how long: whole days
 * @param updatedAt when the rule was last changed
 * @param lastRunAt when it was last applied; null for never
 * @param lastCount to how many things, the last time it was applied; null for never
 * @since 0.1.0
 */
public record RetentionRule(
        RetentionKind kind,
        Duration keepFor,
        Instant updatedAt,
        @Nullable Instant lastRunAt,
        @Nullable Long lastCount) {}
