package io.insightdesk.job;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators say of queues and kinds of jobs, for all nodes and tenants, and see of the nodes. A change reaches other nodes at
 * once where they hear of each other, else with their next look. Thread-safe. To the host, which has this from the library itself,
 * everything is allowed; from a desk every call needs {@code job:operate}, which administrators of the operator's tenant have.
 *
 * @since 0.1.0
 */
public interface JobOperations {

    /**
     * Lists the queues of which something was said, by name. Others have weight 1, no limit, and are not paused.
     *
     * @return the queues
     */
    List<JobQueue> queues();

    /**
     * Sets a queue's weight and limit.
     *
     * @param name the queue, 1 to 60 characters
     * @param weight how many turns it gets while a queue of weight 1 gets one; 1 to 1,000
     * @param atOnce so many of its jobs run at most, on all nodes together, at least 1; null for any number
     * @return the queue as it is now
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken; all broken ones are listed
     */
    JobQueue configureQueue(String name, int weight, @Nullable Integer atOnce);

    /**
     * Begins no more jobs of a queue; what runs goes on. Nothing happens where it is paused already.
     *
     * @param name the queue, 1 to 60 characters
     * @return the queue as it is now
     */
    JobQueue pauseQueue(String name);

    /**
     * Begins a queue's jobs again.
     *
     * @param name the queue, 1 to 60 characters
     * @return the queue as it is now
     */
    JobQueue resumeQueue(String name);

    /**
     * Lists the kinds of which no job is begun.
     *
     * @return their names
     */
    Set<String> pausedKinds();

    /**
     * Begins no more jobs of a kind, in whatever queue; what runs goes on.
     *
     * @param kind the name of the kind; no job of it needs to be there
     * @throws io.insightdesk.error.InvalidInputException when it cannot be one
     */
    void pauseKind(String kind);

    /**
     * Begins a kind's jobs again.
     *
     * @param kind the name of the kind
     */
    void resumeKind(String kind);

    /**
     * Lists the nodes that work, or did until a short time ago, the longest-working first.
     *
     * @return the nodes
     */
    List<JobWorker> workers();
}
