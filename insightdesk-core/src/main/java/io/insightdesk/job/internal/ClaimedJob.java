package io.insightdesk.job.internal;

import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that this node has.
 *
 * @param payloadVersion the version of the payload
 * @param attempt together with the worker it is the fence: whoever does not know both writes nothing
 * @param worker the session of the node's workers that claimed it
 * @param rank its place among the jobs of its lane
 * @param limit the limit it shares, as {@link Lane#key} gives it
 * @param ofBatch whether it belongs to a batch
 * @param cancelAsked whether somebody cancelled it before it was claimed
 * @param trace what a tracer handed over, as JSON; null where nothing was
 */
record ClaimedJob(
        JobId id,
        @Nullable TenantId tenant,
        String queue,
        String kind,
        String payload,
        int payloadVersion,
        int attempt,
        int maxAttempts,
        UUID worker,
        Instant rank,
        String limit,
        boolean ofBatch,
        boolean cancelAsked,
        @Nullable String trace) {

    Lane lane() {
        return Lane.of(queue, tenant, limit);
    }
}
