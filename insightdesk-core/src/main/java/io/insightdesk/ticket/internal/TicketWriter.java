package io.insightdesk.ticket.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.ticket.TicketStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes tickets inside a running transaction: row, tags, event, listeners, metrics. Knows no permissions. */
final class TicketWriter {

    private final TicketStore store;
    private final EventFeature events;
    private final List<TicketListener> listeners;
    private final MeterRegistry meters;

    TicketWriter(TicketStore store, EventFeature events, List<TicketListener> listeners, MeterRegistry meters) {
        this.store = store;
        this.events = events;
        this.listeners = List.copyOf(listeners);
        this.meters = meters;
    }

    Ticket create(Tx tx, Scope scope, long number, NewTicket wanted, CustomerId requester) {
        Instant now = scope.now();
        Ticket draft = new Ticket(
                new TicketId(Ids.next()),
                number,
                wanted.subject().strip(),
                wanted.assignee() == null ? TicketStatus.NEW : TicketStatus.OPEN,
                wanted.priority(),
                wanted.channel(),
                requester,
                null,
                wanted.assignee(),
                wanted.team(),
                wanted.mailbox(),
                wanted.tags().stream()
                        .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                        .sorted()
                        .distinct()
                        .toList(),
                wanted.customFields(),
                now,
                now,
                null,
                null,
                1);
        Ticket ticket = Copies.withOrganization(draft, store.insert(tx, draft));
        if (!ticket.tags().isEmpty()) {
            store.setTags(tx, ticket.id(), ticket.tags(), now);
        }
        events.append(tx, scope, ticket.id().value(), 1, "ticket_created", createdPayload(ticket));
        for (TicketListener listener : listeners) {
            tx.asHost(connection -> listener.created(ticket, scope.actor(), connection));
        }
        tx.afterCommit(() -> meters.counter(
                        "insightdesk.tickets.created",
                        "channel",
                        ticket.channel().wireName(),
                        "priority",
                        ticket.priority().wireName())
                .increment());
        return ticket;
    }

    private static Map<String, Object> createdPayload(Ticket ticket) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("number", ticket.number());
        payload.put("status", ticket.status().wireName());
        payload.put("priority", ticket.priority().wireName());
        payload.put("channel", ticket.channel().wireName());
        payload.put("requester", ticket.requester().toString());
        if (ticket.assignee() != null) {
            payload.put("assignee", ticket.assignee().toString());
        }
        if (ticket.team() != null) {
            payload.put("team", ticket.team().toString());
        }
        return payload;
    }

    Ticket lock(Tx tx, TicketId id, TicketSight sight) {
        return store.lock(tx, id, sight).orElseThrow(() -> new NotFoundException("ticket", id.toString()));
    }

    /** Stores how a locked ticket shall be; nothing happens when that is how it is. */
    Ticket update(Tx tx, Scope scope, Ticket before, Ticket wanted) {
        Ticket after = settle(scope, before, wanted);
        Map<String, Object> changes = changes(before, after);
        if (changes.isEmpty()) {
            return before;
        }
        long seq = store.update(tx, after);
        if (!after.tags().equals(before.tags())) {
            store.setTags(tx, after.id(), after.tags(), after.updatedAt());
        }
        events.append(tx, scope, after.id().value(), seq, "ticket_changed", Map.of("changes", changes));
        for (TicketListener listener : listeners) {
            tx.asHost(connection -> listener.changed(before, after, scope.actor(), connection));
        }
        if (before.resolvedAt() == null && after.resolvedAt() != null) {
            Duration taken = Duration.between(after.createdAt(), after.resolvedAt());
            tx.afterCommit(() -> Timer.builder("insightdesk.ticket.resolution")
                    .description("Time from creation to resolution")
                    .tag("priority", after.priority().wireName())
                    .register(meters)
                    .record(taken));
        }
        return after;
    }

    /** Records that a message was added to a locked ticket. */
    Ticket messageAdded(Tx tx, Scope scope, Ticket ticket, Map<String, Object> payload) {
        Instant now = append(tx, scope, ticket, "message_added", payload);
        return Copies.touched(ticket, now, ticket.version() + 1);
    }

    /** Writes an event that leaves the ticket's own fields as they are; answers its time. */
    Instant append(Tx tx, Scope scope, Ticket ticket, String type, Map<String, Object> payload) {
        Instant now = scope.now();
        long seq = store.touch(tx, ticket.id(), now);
        events.append(tx, scope, ticket.id().value(), seq, type, payload);
        return now;
    }

    private static Ticket settle(Scope scope, Ticket before, Ticket wanted) {
        Instant now = scope.now();
        TicketStatus status = wanted.status();
        if (status == before.status()
                && status == TicketStatus.NEW
                && wanted.assignee() != null
                && before.assignee() == null) {
            status = TicketStatus.OPEN;
        }
        if (status != before.status() && (before.status() == TicketStatus.CLOSED || status == TicketStatus.NEW)) {
            throw new ConflictException(
                    "status_transition",
                    before.status() == TicketStatus.CLOSED
                            ? "The ticket is closed and stays so; open a new one."
                            : "A ticket that was worked on cannot become new again.");
        }
        boolean done = status == TicketStatus.RESOLVED || status == TicketStatus.CLOSED;
        Instant resolvedAt = done ? (before.resolvedAt() == null ? now : before.resolvedAt()) : null;
        Instant closedAt = status == TicketStatus.CLOSED ? (before.closedAt() == null ? now : before.closedAt()) : null;
        return Copies.settled(wanted, status, resolvedAt, closedAt, now, before.version() + 1);
    }

    private static Map<String, Object> changes(Ticket before, Ticket after) {
        Map<String, Object> changes = new LinkedHashMap<>();
        fromTo(changes, "status", before.status().wireName(), after.status().wireName());
        fromTo(
                changes,
                "priority",
                before.priority().wireName(),
                after.priority().wireName());
        fromTo(changes, "requester", before.requester(), after.requester());
        fromTo(changes, "assignee", before.assignee(), after.assignee());
        fromTo(changes, "team", before.team(), after.team());
        if (!before.subject().equals(after.subject())) {
            // What was written may be personal, so the log does not repeat it.
            changes.put("subject", Map.of());
        }
        if (!before.tags().equals(after.tags())) {
            TreeSet<String> added = new TreeSet<>(after.tags());
            added.removeAll(before.tags());
            TreeSet<String> removed = new TreeSet<>(before.tags());
            removed.removeAll(after.tags());
            changes.put("tags", Map.of("added", added, "removed", removed));
        }
        if (!before.customFields().equals(after.customFields())) {
            TreeSet<String> names = new TreeSet<>(before.customFields().keySet());
            names.addAll(after.customFields().keySet());
            names.removeIf(name -> Objects.equals(
                    before.customFields().get(name), after.customFields().get(name)));
            changes.put("customFields", Map.of("names", names));
        }
        return changes;
    }

    private static void fromTo(
            Map<String, Object> changes, String name, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            Map<String, @Nullable String> fromTo = new LinkedHashMap<>();
            fromTo.put("from", before == null ? null : before.toString());
            fromTo.put("to", after == null ? null : after.toString());
            changes.put(name, fromTo);
        }
    }
}
