package io.insightdesk.event.internal;

import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Audit;
import io.insightdesk.event.Event;
import io.insightdesk.event.Events;
import io.insightdesk.event.LiveEventLimits;
import io.insightdesk.event.LiveEvents;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Builds the event log from its collaborators; what other features may use of it. Thread-safe. */
public final class EventFeature {

    private final Database database;
    private final EventStore store = new EventStore();
    private final AuditStore auditStore = new AuditStore();
    private final Signer signer;
    private final Cursors cursors;
    private final SubscriptionStore subscriptions = new SubscriptionStore();
    private final DeliveryQueue queue;
    private final Events events;
    private final LiveFeeds live;

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

    /** Makes the feature, with the usual limits and meters that nobody reads. */
    public EventFeature(Database database, Signer signer, DeliveryQueue queue) {
        this(database, signer, queue, LiveEventLimits.DEFAULT, new SimpleMeterRegistry());
    }

    /** Makes the feature. */
    public EventFeature(
            Database database, Signer signer, DeliveryQueue queue, LiveEventLimits limits, MeterRegistry meters) {
        this.database = database;
        this.signer = signer;
        this.cursors = new Cursors(signer);
        this.queue = queue;
        this.live = new LiveFeeds(database, cursors, limits, meters);
        this.events = new EventService(database, store, subscriptions, queue, live);
    }

    /**
     * Live events for the actor of a scope.
     *
     * @param present whether the actor is still logged in, where that is how it came
     */
    public LiveEvents live(Scope scope, BooleanSupplier present) {
        return new LiveEventService(scope, live, present);
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
        live.announce(tx);
    }

    /**
     * Records something that is about no ticket, for the audit trail.
     *
     * @param type what and what was done to it, such as {@code api_token_revoked}: then the payload has under {@code apiTokenId}
     *     which one it was
     * @param payload identifiers and plain values, never names or addresses of persons; {@code from} and {@code to} of what was
     *     changed
     */
    public void append(Tx tx, Scope scope, String type, Map<String, ?> payload) {
        append(tx, scope, type, payload, Map.of());
    }

    /** The same in a transaction of its own, for what is done where no transaction of the tenant is. */
    public void append(Scope scope, String type, Map<String, ?> payload) {
        scope.run(tx -> {
            append(tx, scope, type, payload);
            return true;
        });
    }

    /**
     * The same, with values that tell of persons.
     *
     * @param personal such as names and addresses, {@code from} and {@code to}; erased with the person
     */
    public void append(Tx tx, Scope scope, String type, Map<String, ?> payload, Map<String, ?> personal) {
        EventStore.Recorded recorded = store.insert(tx, scope, type, subject(type, payload), payload, personal);
        auditStore.insert(tx, recorded.id(), recorded.hash(), signer.mac(AuditSeal.EVENT, recorded.hash()));
    }

    /**
     * Erases what the audit trail says of a person beside the identifier: names and addresses in events about the person, and from
     * where the person acted. The trail stays valid.
     *
     * @param person an agent or customer
     */
    public void forget(Tx tx, UUID person) {
        int unused = store.forget(tx, person);
    }

    /** What an event is about; where its payload has nothing of the event's name, the person whom it concerns. */
    private static @Nullable String subject(String type, Map<String, ?> payload) {
        String key = subjectKey(type);
        for (String candidate : List.of(key + "Id", key, "agentId", "customerId")) {
            if (payload.get(candidate) instanceof String subject) {
                return subject;
            }
        }
        return null;
    }

    /** {@code apiToken} for {@code api_token_revoked}. */
    static String subjectKey(String type) {
        StringBuilder key = new StringBuilder();
        String[] words = type.split("_", -1);
        for (int i = 0; i < words.length - 1; i++) {
            String word = words[i];
            key.append(i == 0 || word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return key.toString();
    }

    /** The audit trail of a tenant. */
    public Audit audit(Scope scope) {
        return new AuditService(scope, auditStore, this, signer, cursors);
    }

    /** Seals what happened since the last time. To be done often: what is not sealed is not protected. */
    public void seal(Scope scope) {
        new AuditSealer(auditStore, signer).seal(scope);
    }

    /** How many events of the trail are in whole segments from before then, at its beginning. */
    public long countAuditBefore(Tx tx, Instant before) {
        return auditStore.countOld(tx, before);
    }

    /**
     * Takes away some whole segments at the beginning of the trail, all of whose events are from before then. What is left stays valid.
     *
     * @return how many events went; 0 when there is nothing more to do
     */
    public int retireAudit(Tx tx, Instant before, Instant now) {
        return new AuditSealer(auditStore, signer).retire(tx, before, now);
    }

    /** How many events of the trail from before then have personal values. */
    public long countPersonalBefore(Tx tx, Instant before) {
        return auditStore.countOldPersonal(tx, before);
    }

    /**
     * Erases the personal values of some events of the trail from before then. The trail stays valid.
     *
     * @return of how many events; fewer than the limit when there is nothing more to do
     */
    public int forgetPersonalBefore(Tx tx, Instant before, int limit) {
        return auditStore.forgetOld(tx, before, limit);
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
