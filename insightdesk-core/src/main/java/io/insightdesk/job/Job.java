package io.insightdesk.job;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored.
 *
 * @param id the job
 * @param tenant the tenant it works for; null for a job of the host that is nobody's
 * @param kind the name of its kind
 * @param queue its queue
 * @param payload what is to be done, as JSON
 * @param uniqueKey its key among jobs of the kind and tenant; null where it has none
 * @param status how far it is
 * @param priority greater goes first
 * @param runAt not before this instant
 * @param attempts how often it was begun
 * @param maxAttempts after so many failures it is dead
 * @param lastError the last failure with the beginning of its stack trace, for operators; null where there was none
 * @param progress how far the present attempt is, 0 to 100; null where it does not tell
 * @param progressNote what it does at the moment; null where it does not tell
 * @param createdAt when it was enqueued
 * @param deadAt when it died; null while it lives
 * @since 0.1.0
 */
public record Job(
        JobId id,
        @Nullable TenantId tenant,
        String kind,
        String queue,
        String payload,
        @Nullable String uniqueKey,
        JobStatus status,
        int priority,
        Instant runAt,
        int attempts,
        int maxAttempts,
        @Nullable String lastError,
        @Nullable Integer progress,
        @Nullable String progressNote,
        Instant createdAt,
        @Nullable Instant deadAt) {}
