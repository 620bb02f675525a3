package io.insightdesk.job;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of its job. The job stays with this node while the node is heard of, until the deadline.
 *
 * @since 0.1.0
 */
public interface JobContext {

    /**
     * Names the job.
     *
     * @return the job
     */
    JobId jobId();

    /**
     * Names the tenant.
     *
     * @return the tenant; null for a job of the host that is nobody's
     */
    @Nullable TenantId tenantId();

    /**
     * Counts the attempts.
     *
     * @return 1 for the first
     */
    int attempt();

    /**
     * Tells how many attempts there are.
     *
     * @return after the failure of so many the job is dead
     */
    int maxAttempts();

    /**
     * Tells until when the handler has to be ready. After it the thread is interrupted, and the job goes to another worker.
     *
     * @return an instant of the library's clock
     */
    Instant deadline();

    /**
     * Whether to stop: the workers are stopping, the deadline has passed, or another worker has the job because this node could
     * not extend the lease. A handler that stops throws any exception; the job is done again later.
     *
     * @return true to stop
     */
    boolean isCancelled();
}
