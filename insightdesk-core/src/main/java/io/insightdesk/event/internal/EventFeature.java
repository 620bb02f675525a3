package io.insightdesk.event.internal;

import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Builds the event log from its collaborators; what other features may use of it. Thread-safe. */
public final class EventFeature {

    private final EventStore store = new EventStore();

    /**
     * Records something that happened to a ticket. The caller holds the ticket's row lock and took the number under it.
     *
     * @param payload identifiers and plain values, never names or addresses
     */
    public void append(Tx tx, Scope scope, UUID ticketId, long ticketSeq, String type, Map<String, ?> payload) {
        store.insert(tx, scope, ticketId, ticketSeq, type, payload);
    }

    /** Records something that is about no ticket. */
    public void append(Tx tx, Scope scope, String type, Map<String, ?> payload) {
        store.insert(tx, scope, null, null, type, payload);
    }

    /** A ticket's events, oldest first. */
    public List<Event> activity(Tx tx, UUID ticketId, ActivityQuery query) {
        return store.activity(tx, ticketId, query);
    }
}
