package io.insightdesk.event;

/**
 * Receives the events of a durable subscription: at least once, in order per ticket, on one node of the cluster, after the
 * commit. Called by several threads, for different tickets at once. An exception means "again later": the event is delivered
 * again with growing pauses, and later events of the same ticket wait for it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EventHandler {

    /**
     * Handles one event. May do slow things; no database transaction is open.
     *
     * @param event the event
     * @throws Exception when it could not be handled now
     */
    void handle(Event event) throws Exception;
}
