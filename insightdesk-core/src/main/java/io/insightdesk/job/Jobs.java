package io.insightdesk.job;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Background jobs of one tenant, or, on the library itself, of the host. A job exists when the transaction that enqueued it is
 * committed, and is done at least once, on any node whose workers are started and that has a handler for its kind. The jobs of
 * others do not exist here. Thread-safe, except on a host's open transaction, where one thread works.
 *
 * @since 0.1.0
 */
public interface Jobs {

    /**
     * Enqueues a job. Needs {@code job:admin}.
     *
     * @param job what is to be done
     * @return the new job, or the one of the same unique key that waits or runs already
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    JobId enqueue(NewJob job);

    /**
     * Enqueues many jobs in one round trip. Needs {@code job:admin}.
     *
     * @param jobs what is to be done; a few thousand at once are a good number
     * @return the new jobs in the order of the list; where a unique key was taken, the job that has it
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    List<JobId> enqueueAll(List<NewJob> jobs);

    /**
     * Enqueues jobs that belong together, and with them one that follows when all of them have ended: are done, dead or cancelled.
     * A dead job that is retried later is no longer one of them. Needs {@code job:admin}.
     *
     * @param jobs what is to be done, at least one; where a unique key is taken, that job is left out
     * @param onEnd makes the job that follows; it may not have a unique key or a time
     * @return the batch
     * @throws io.insightdesk.error.InvalidInputException when there is no job, or the one that follows has a unique key or a time
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    JobBatchId enqueueBatch(List<NewJob> jobs, Function<JobBatchId, NewJob> onEnd);

    /**
     * Looks up how a batch is doing. Needs {@code job:read}.
     *
     * @param id the batch
     * @return the batch; empty where there never was one, or it ended more than a week ago
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    Optional<JobBatch> findBatch(JobBatchId id);

    /**
     * Cancels a job: one that waits is removed; one that runs is asked to stop ({@link JobContext#isCancelled}) and interrupted,
     * at once on this node and within a third of the lease on another, and is not done again unless its handler
     * succeeds all the same. Needs {@code job:admin}.
     *
     * @param id the job
     * @throws io.insightdesk.error.NotFoundException when no such job waits or runs
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    void cancel(JobId id);

    /**
     * Looks a job up. Needs {@code job:read}.
     *
     * @param id the job
     * @return the job; empty when it is done, or never was
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    Optional<Job> find(JobId id);

    /**
     * Lists jobs of a status, the longest-known first. Needs {@code job:read}. Listing dead jobs costs what the page holds; for
     * others all that waits is read, which takes a moment where a million jobs wait.
     *
     * @param query which jobs, and which part of them
     * @return the part
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not one of this list
     */
    JobPage list(JobQuery query);

    /**
     * Makes a dead job due now, with all its attempts. Needs {@code job:admin}.
     *
     * @param id the job
     * @throws io.insightdesk.error.NotFoundException when there is no such dead job
     * @throws io.insightdesk.error.ConflictException with code {@code unique_key_taken} when a job of its unique key waits or runs
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    void retry(JobId id);

    /**
     * Makes dead jobs due now, with all their attempts; those whose unique key is taken stay. Needs {@code job:admin}.
     *
     * @param kind only those of this kind; null for all
     * @return how many
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    int retryAll(@Nullable String kind);

    /**
     * Removes dead jobs. Needs {@code job:admin}.
     *
     * @param kind only those of this kind; null for all
     * @return how many
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    int discardAll(@Nullable String kind);

    /**
     * Removes a dead job. Needs {@code job:admin}.
     *
     * @param id the job
     * @throws io.insightdesk.error.NotFoundException when there is no such dead job
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    void discard(JobId id);
}
