package io.insightdesk.event.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.Event;
import io.insightdesk.event.EventHandler;
import io.insightdesk.event.Events;
import io.insightdesk.internal.db.Database;
import io.insightdesk.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Durable subscriptions. Each event writes in its transaction, for each subscription, up to where the ticket is wanted; a
 * deliverer reads from where it is delivered. The row of both numbers is what writers and deliverers queue up at, so that none
 * of them believes the other will see to it.
 */
final class EventService implements Events {

    private static final Logger log = LoggerFactory.getLogger(EventService.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,60}");
    private static final int BATCH = 100;

    private final Database database;
    private final EventStore events;
    private final SubscriptionStore subscriptions;
    private final EventFeature.DeliveryQueue queue;
    private final LiveFeeds live;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

    EventService(
            Database database,
            EventStore events,
            SubscriptionStore subscriptions,
            EventFeature.DeliveryQueue queue,
            LiveFeeds live) {
        this.database = database;
        this.events = events;
        this.subscriptions = subscriptions;
        this.queue = queue;
        this.live = live;
    }

    @Override
    public void endStreams() {
        live.end();
    }

    @Override
    public void subscribe(String name, EventHandler handler) {
        requireNonNull(handler, "handler");
        if (!NAME.matcher(requireNonNull(name, "name")).matches()) {
            throw new InvalidInputException(
                    "/name",
                    "invalid_value",
                    "A subscription has 1 to 60 letters, digits, dots and hyphens as its name.");
        }
        if (!subscribed.add(name)) {
            throw new ConflictException(
                    "already_subscribed", "This node has a handler for the subscription '" + name + "' already.");
        }
        try {
            database.system(tx -> subscriptions.insert(tx, name));
            queue.handle(name, (tenant, ticket, turn) -> deliver(name, handler, tenant, ticket, turn));
        } catch (RuntimeException e) {
            subscribed.remove(name);
            throw e;
        }
    }

    /**
     * What to deliver next.
     *
     * @param marker how far the subscription is; null where there is no marker
     * @param events from there on, in order
     */
    private record Batch(SubscriptionStore.@Nullable Marker marker, List<Event> events) {}

    private void deliver(
            String subscription, EventHandler handler, TenantId tenant, UUID ticket, EventFeature.Turn turn)
            throws Exception {
        boolean finished = false;
        while (!finished && !turn.isCancelled()) {
            Batch batch = database.run(tenant.value(), tx -> {
                SubscriptionStore.Marker marker =
                        subscriptions.find(tx, subscription, ticket).orElse(null);
                return new Batch(
                        marker,
                        marker == null ? List.of() : events.activity(tx, ticket, marker.delivered(), BATCH, true));
            });
            long delivered = handle(subscription, handler, tenant, ticket, turn, batch);
            finished = database.run(tenant.value(), tx -> {
                SubscriptionStore.Marker marker = subscriptions
                        .advance(tx, subscription, ticket, delivered)
                        .orElse(null);
                if (marker != null && marker.wanted() > marker.delivered()) {
                    return false;
                }
                turn.finish(tx);
                return true;
            });
        }
    }

    /** Answers the number up to which the ticket's events are delivered. */
    private long handle(
            String subscription,
            EventHandler handler,
            TenantId tenant,
            UUID ticket,
            EventFeature.Turn turn,
            Batch batch)
            throws Exception {
        SubscriptionStore.Marker marker = batch.marker();
        if (marker == null) {
            return 0;
        }
        if (batch.events().isEmpty()) {
            if (marker.wanted() > marker.delivered()) {
                log.warn(
                        "Events {} to {} of ticket {} are no longer there for the subscription {}",
                        marker.delivered() + 1,
                        marker.wanted(),
                        ticket,
                        subscription);
            }
            return marker.wanted();
        }
        long delivered = marker.delivered();
        try {
            for (Event event : batch.events()) {
                if (turn.isCancelled()) {
                    break;
                }
                handler.handle(event);
                delivered = event.ticketSeq();
            }
            return delivered;
        } catch (Exception e) {
            long upTo = delivered;
            if (upTo > marker.delivered()) {
                var unused = database.run(tenant.value(), tx -> subscriptions.advance(tx, subscription, ticket, upTo));
            }
            throw e;
        }
    }
}
