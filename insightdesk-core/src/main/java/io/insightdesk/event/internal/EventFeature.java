package io.insightdesk.event.internal;

import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.event.Events;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Builds the event log from its collaborators; what other features may use of it. Thread-safe. */
public final class EventFeature {

    private final Database database;
    private final EventStore store = new EventStore();
    private final SubscriptionStore subscriptions = new SubscriptionStore();
    private final DeliveryQueue queue;
    private final Events events;

    /** What delivery needs of background work. Given by who does background work. */
    public interface DeliveryQueue {

        /**
         * In the transaction of an event, after the marker was written: sees to it that somebody delivers. At most one waits or
         * runs per subscription and ticket.
         */
        void enqueue(Tx tx, Scope scope, String subscription, UUID ticketId);

        /**
         * From now on this node delivers for a subscription.
         *
         * @throws io.insightdesk.error.ConflictException when it does already
         */
        void handle(String subscription, Deliverer deliverer);
    }

    /** Delivers what is there for a ticket. Is called again when it throws, and when it returns without having finished. */
    @FunctionalInterface
    public interface Deliverer {
        /** Delivers, outside any transaction. */
        void deliver(TenantId tenant, UUID ticketId, Turn turn) throws Exception;
    }

    /** One turn of delivering. */
    public interface Turn {

        /** Whether to stop. */
        boolean isCancelled();

        /** Ends the turn in a transaction that holds the lock of the marker and saw that there is nothing more. */
        void finish(Tx tx);
    }

    /** Makes the feature. */
    public EventFeature(Database database, DeliveryQueue queue) {
        this.database = database;
        this.queue = queue;
        this.events = new EventService(database, store, subscriptions, queue);
    }

    /** Durable subscriptions. */
    public Events events() {
        return events;
    }

    /**
     * Records something that happened to a ticket. The caller holds the ticket's row lock and took the number under it.
     *
     * @param payload identifiers and plain values, never names or addresses
     */
    public void append(Tx tx, Scope scope, UUID ticketId, long ticketSeq, String type, Map<String, ?> payload) {
        for (String subscription : store.insert(tx, scope, ticketId, ticketSeq, type, payload)) {
            queue.enqueue(tx, scope, subscription, ticketId);
        }
    }

    /** Records something that is about no ticket. */
    public void append(Tx tx, Scope scope, String type, Map<String, ?> payload) {
        store.insert(tx, scope, type, payload);
    }

    /**
     * A ticket's events, oldest first.
     *
     * @param notes whether also those that tell of internal notes
     */
    public List<Event> activity(Tx tx, UUID ticketId, ActivityQuery query, boolean notes) {
        return store.activity(tx, ticketId, query.afterSeq(), query.limit(), notes);
    }

    /** Makes the partitions of this month and the three after it; answers how many were missing. To be done once a day. */
    public int ensurePartitions() {
        return database.system(store::ensurePartitions);
    }
}
