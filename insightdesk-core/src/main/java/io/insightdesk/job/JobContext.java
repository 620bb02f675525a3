package io.insightdesk.job;

import io.insightdesk.tenant.TenantId;
import java.sql.Connection;
import java.time.Duration;
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
    JobId job();

    /**
     * Names the tenant.
     *
     * @return the tenant; null for a job of the host that is nobody's
     */
    @Nullable TenantId tenant();

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
     * Whether to stop: somebody cancelled the job, the workers are stopping, the deadline has passed, or another worker has the job because this node could
     * not extend the lease. A handler that stops throws any exception; the job is done again later.
     *
     * @return true to stop
     */
    boolean isCancelled();

    /**
     * Ends the job in the host's own open transaction, so that it is done exactly when what is written there is: the last thing to
     * do before the commit. The handler commits before it returns; where it did not, the attempt failed.
     *
     * @param connection one with an open transaction, of the library's database
     * @throws IllegalStateException when another worker has the job by now: roll back; or when no transaction is open
     */
    void completeWithin(Connection connection);

    /**
     * Has the job done again after some time, as if it had not been begun: the attempt does not count. Takes effect when the
     * handler returns.
     *
     * @param time from then on; zero for at once
     */
    void snooze(Duration time);

    /**
     * Tells how far the job is, for people who look at it ({@link Job#progress}). Written at most once a second, so it may be
     * called often; the last call before the handler returns need not be written.
     *
     * @param percent 0 to 100
     * @param note what is done at the moment, up to 200 characters, longer ones are cut; null for nothing
     */
    void progress(int percent, @Nullable String note);
}
