package io.insightdesk.event;

/**
 * Events for the host's own code. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Events {

    /**
     * Subscribes durably: from now on every event of every ticket reaches the handler at least once, in order per ticket, on one
     * node of the cluster, also after a crash. What any node records after this returned is among them; what was before is not.
     * The subscription is remembered by its name in the database; a node that does not subscribe again does not handle, but the
     * events wait. Delivery runs on nodes whose workers are started.
     *
     * @param name 1 to 60 letters, digits, dots and hyphens; unique in the cluster
     * @param handler what receives the events
     * @throws io.insightdesk.error.ConflictException with code {@code already_subscribed} when this node has it already
     * @throws io.insightdesk.error.InvalidInputException when the name is not allowed
     */
    void subscribe(String name, EventHandler handler);

    /**
     * Ends all streams of {@linkplain LiveEvents live events} on this node and opens no more, so that a server can stop: their readers
     * come back with {@link LiveEventBatch#ended()}, and can go on elsewhere. Done by closing the help desk as well. Cannot be undone.
     */
    void endStreams();
}
