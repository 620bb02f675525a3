package io.insightdesk.job.internal;

import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * A job that this node has a lease on.
 *
 * @param fence grows with each claim and rescue; whoever has an old one writes nothing
 */
record ClaimedJob(
        JobId id, @Nullable TenantId tenant, String kind, String payload, int attempt, int maxAttempts, long fence) {}
