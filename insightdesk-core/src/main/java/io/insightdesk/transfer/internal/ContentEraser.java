package io.insightdesk.transfer.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.ticket.TicketId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes away what a ticket says, one ticket in a transaction. Repeating it does no harm. Thread-safe. */
final class ContentEraser {

    private final ContentStore store;
    private final HoldStore holds;
    private final StorageFeature storage;
    private final EventFeature events;

    ContentEraser(ContentStore store, HoldStore holds, StorageFeature storage, EventFeature events) {
        this.store = store;
        this.holds = holds;
        this.storage = storage;
        this.events = events;
    }

    /** What was taken away: of how many tickets, messages and attachments. */
    record Erased(boolean held, int tickets, int messages, int attachments) {
        /** Another node was first. */
        static final Erased NOTHING = new Erased(false, 0, 0, 0);

        static final Erased HELD = new Erased(true, 0, 0, 0);
    }

    /** Empties a ticket, whoever said what in it. */
    Erased erase(Tx tx, Scope scope, TicketId ticket) {
        Optional<ContentStore.Locked> locked = lock(tx, ticket);
        if (locked.isEmpty() || locked.get().erased()) {
            return Erased.NOTHING;
        }
        if (locked.get().held()) {
            return Erased.HELD;
        }
        List<BlobId> blobs = store.blobs(tx, ticket, null);
        int attachments = store.deleteParts(tx, ticket, null);
        int messages = store.eraseMessages(tx, ticket, null);
        storage.discard(tx, blobs);
        store.eraseEventNames(tx, ticket, null);
        long seq = store.eraseTicket(tx, ticket, scope.now());
        events.append(tx, scope, ticket.value(), seq, "ticket_erased", Map.of());
        return new Erased(false, 1, messages, attachments);
    }

    /**
     * Takes a person out of somebody else's ticket: what the person wrote, and the person's addresses and names in what others wrote.
     * The originals of mails cannot be cleaned, so all of the ticket go.
     */
    Erased redact(Tx tx, Scope scope, TicketId ticket, CustomerId customer, PersonalWords words) {
        Optional<ContentStore.Locked> locked = lock(tx, ticket);
        if (locked.isEmpty() || !store.names(tx, ticket, customer, words)) {
            return Erased.NOTHING;
        }
        if (locked.get().held()) {
            return Erased.HELD;
        }
        List<BlobId> blobs = store.blobs(tx, ticket, customer);
        int attachments = store.deleteParts(tx, ticket, customer);
        int messages = store.eraseMessages(tx, ticket, customer);
        storage.discard(tx, blobs);
        store.eraseEventNames(tx, ticket, customer);
        long seq = store.redact(tx, ticket, customer, words, messages > 0);
        events.append(tx, scope, ticket.value(), seq, "ticket_redacted", Map.of());
        return new Erased(false, 1, messages, attachments);
    }

    private Optional<ContentStore.Locked> lock(Tx tx, TicketId ticket) {
        holds.lockShared(tx);
        return store.lock(tx, ticket);
    }
}
