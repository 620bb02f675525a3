package io.insightdesk.job;

import java.time.Duration;
import java.util.List;

/**
 * The background work of this node: jobs, deliveries of events, clean-ups. Off until it is started, so that one program can run
 * nodes that only answer requests and nodes that only work. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Workers {

    /** Starts working; nothing happens when it has been started. */
    void start();

    /**
     * Stops: takes no more jobs, lets the running ones finish, and cancels those that are not done in time; they are done again
     * on another node, or after the next start. May be started again.
     *
     * @param grace how long running jobs may take
     * @return whether all of them finished in time
     */
    boolean stop(Duration grace);

    /**
     * Whether this node works.
     *
     * @return true from {@link #start} to {@link #stop}
     */
    boolean running();

    /**
     * Does what is due now, on the calling thread, whether started or not, and returns when nothing is due. For tests and for
     * hosts with a scheduler of their own. A job that fails is due again later.
     *
     * @return how many attempts were made at jobs, not counting the library's own clean-ups
     */
    int runDue();

    /**
     * Tells how the endless loops are doing.
     *
     * @return one per loop; empty when not running
     */
    List<WorkerLoop> loops();
}
