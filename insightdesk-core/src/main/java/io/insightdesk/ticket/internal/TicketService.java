package io.insightdesk.ticket.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Tag;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.Tickets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class TicketService implements Tickets {

    private final TicketFeature feature;
    private final TicketStore store;
    private final TicketWriter writer;
    private final EventFeature events;
    private final Cursors cursors;
    private final Scope scope;

    TicketService(
            TicketFeature feature,
            TicketStore store,
            TicketWriter writer,
            EventFeature events,
            Cursors cursors,
            Scope scope) {
        this.feature = feature;
        this.store = store;
        this.writer = writer;
        this.events = events;
        this.cursors = cursors;
        this.scope = scope;
    }

    @Override
    public Ticket create(NewTicket ticket) {
        requireNonNull(ticket, "ticket");
        scope.require(Permission.TICKET_WRITE);
        OptionalLong number = feature.numberBefore(scope);
        return References.named(() -> scope.run(tx -> feature.create(tx, scope, number, ticket)));
    }

    @Override
    public Ticket get(TicketId id) {
        requireNonNull(id, "id");
        scope.require(Permission.TICKET_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> new NotFoundException("ticket", id.toString()));
    }

    @Override
    public Optional<Ticket> findByNumber(long number) {
        scope.require(Permission.TICKET_READ);
        return scope.run(tx -> store.findByNumber(tx, number));
    }

    @Override
    public TicketPage list(TicketQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.TICKET_READ);
        Cursors.Listing listing = cursors.on(
                "tickets",
                scope.tenant(),
                query.statuses().stream().sorted().toList(),
                query.priority(),
                query.channel(),
                query.requester(),
                query.organization(),
                query.assignee(),
                query.unassigned(),
                query.team(),
                query.tag(),
                query.sort());
        Cursors.Position after = listing.decode(query.cursor());
        List<Ticket> rows = scope.run(tx -> store.list(tx, query, after));
        return listing.page(rows, query.limit(), ticket -> sortValues(query.sort(), ticket), TicketPage::new);
    }

    private static Object[] sortValues(TicketQuery.Sort sort, Ticket ticket) {
        boolean byCreation = sort == TicketQuery.Sort.CREATED_DESC || sort == TicketQuery.Sort.CREATED_ASC;
        return new Object[] {byCreation ? ticket.createdAt() : ticket.updatedAt(), ticket.id()};
    }

    @Override
    public Ticket change(TicketId id, @Nullable Long expectedVersion, TicketChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        scope.require(Permission.TICKET_WRITE);
        return References.named(() -> scope.run(tx -> {
            Ticket before = writer.lock(tx, id);
            if (expectedVersion != null && expectedVersion != before.version()) {
                throw ConflictException.lostUpdate("ticket", id.toString(), expectedVersion, before.version());
            }
            Ticket wanted = change.applyTo(before);
            feature.checkAssignee(tx, scope, before, wanted);
            return writer.update(tx, scope, before, wanted);
        }));
    }

    @Override
    public List<Event> activity(TicketId id, ActivityQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.TICKET_READ);
        return scope.run(tx -> {
            List<Event> found = events.activity(tx, id.value(), query);
            if (found.isEmpty() && store.find(tx, id).isEmpty()) {
                throw new NotFoundException("ticket", id.toString());
            }
            return found;
        });
    }

    @Override
    public List<Tag> tags(@Nullable String after, int limit) {
        scope.require(Permission.TICKET_READ);
        Paging.requireLimit(limit);
        return scope.run(tx -> store.tags(tx, after, limit));
    }
}
