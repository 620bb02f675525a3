package io.insightdesk.event;

import java.time.Duration;

/**
 * Live events for one who waits for them. To be used by one thread at a time; {@link #close()} may come from any. One from which nothing
 * was asked within ten seconds may be closed to make room for others.
 *
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public interface EventStream extends AutoCloseable {

    /**
     * Up to where everything was given.
     *
     * @return a position to go on from, here or on another node; see {@link LiveEventQuery#after(String)}
     */
    String position();

    /**
     * Waits for what comes next. What the actor may is looked up before anything is given, and at least every ten seconds.
     *
     * @param atMost how long; zero for not at all
     * @return what came, with no events when nothing did. While the database does not answer nothing comes.
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not see events any more: the permission, the agent or token,
     *     or the session is gone, or the tenant is suspended
     * @throws InterruptedException when the thread is interrupted
     */
    LiveEventBatch next(Duration atMost) throws InterruptedException;

    /** Ends it. A thread that waits in {@link #next} comes back. */
    @Override
    void close();
}
