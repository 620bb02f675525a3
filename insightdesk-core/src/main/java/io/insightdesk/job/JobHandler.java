package io.insightdesk.job;

/**
 * Extension point: does the work of one kind of job. At least once: after a crash, or when a node was cut off, a job is begun
 * again, even while a worker that was given up still runs; so the effect must bear repeating. Called by several threads, with no
 * database transaction open.
 *
 * @param <P> the payload
 * @since 0.1.0
 */
@FunctionalInterface
public interface JobHandler<P> {

    /**
     * Does the work. When it returns the job is done; when it throws it is tried again later, as the {@link RetryPolicy} says.
     *
     * @param context the job
     * @param payload what is to be done
     * @throws PermanentFailureException when trying again cannot help: the job is dead at once
     * @throws Exception when it could not be done now
     */
    void handle(JobContext context, P payload) throws Exception;
}
