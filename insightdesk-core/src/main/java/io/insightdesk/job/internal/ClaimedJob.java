package io.insightdesk.job.internal;

import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that this node has.
 *
 * @param attempt together with the worker it is the fence: whoever does not know both writes nothing
 * @param worker the session of the node's workers that claimed it
 * @param rank its place among the jobs of its lane
 */
record ClaimedJob(
        JobId id,
        @Nullable TenantId tenant,
        String queue,
        String kind,
        String payload,
        int attempt,
        int maxAttempts,
        UUID worker,
        Instant rank) {}
