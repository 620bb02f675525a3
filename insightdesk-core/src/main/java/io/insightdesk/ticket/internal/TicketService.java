package io.insightdesk.ticket.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Tag;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketChanged;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.Tickets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class TicketService implements Tickets {

    private final TicketFeature feature;
    private final TicketStore store;
    private final EventFeature events;
    private final Cursors cursors;
    private final Scope scope;

    TicketService(TicketFeature feature, TicketStore store, EventFeature events, Cursors cursors, Scope scope) {
        this.feature = feature;
        this.store = store;
        this.events = events;
        this.cursors = cursors;
        this.scope = scope;
    }

    @Override
    public Ticket create(NewTicket ticket) {
        requireNonNull(ticket, "ticket");
        Access access = scope.access();
        ticket.permissions().stream().sorted().forEach(access::require);
        OptionalLong number = feature.numberBefore(scope);
        return TicketFeature.shown(
                access, References.named(() -> scope.run(tx -> feature.create(tx, scope, access, number, ticket))));
    }

    @Override
    public Ticket get(TicketId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        return scope.run(tx -> store.find(tx, id, access.tickets()))
                .map(ticket -> TicketFeature.shown(access, ticket))
                .orElseThrow(() -> new NotFoundException("ticket", id.toString()));
    }

    @Override
    public Optional<Ticket> findByNumber(long number) {
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        return scope.run(tx -> store.findByNumber(tx, number, access.tickets()))
                .map(ticket -> TicketFeature.shown(access, ticket));
    }

    @Override
    public TicketPage list(TicketQuery query) {
        requireNonNull(query, "query");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        TicketFeature.requireFilters(access, query);
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
        TxWork<List<Ticket>> work = tx -> store.list(tx, query, after, access.tickets());
        // Who was put out of a team must not see its tickets until a replica knows.
        List<Ticket> found = access.tickets().dependsOnOthers() ? scope.run(work) : scope.read(work);
        List<Ticket> rows = found.stream()
                .map(ticket -> TicketFeature.shown(access, ticket))
                .toList();
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
        Access access = scope.access();
        change.permissions().stream().sorted().forEach(access::require);
        TicketVersion ticket = new TicketVersion(id, expectedVersion);
        return TicketFeature.shown(
                access,
                References.named(() -> scope.run(
                        tx -> feature.change(tx, scope, access, ticket, change).after())));
    }

    @Override
    public List<TicketChanged> changeAll(List<TicketVersion> tickets, TicketChange change) {
        requireNonNull(tickets, "tickets");
        requireNonNull(change, "change");
        Access access = scope.access();
        change.permissions().stream().sorted().forEach(access::require);
        TicketFeature.checkTickets(tickets, MAX_CHANGES_AT_ONCE);
        // In one order for all, so that two such calls do not wait for each other.
        List<TicketVersion> ordered = tickets.stream()
                .sorted(Comparator.comparing(ticket -> ticket.id().value()))
                .toList();
        Map<TicketId, TicketChanged> outcomes = scope.run(tx -> {
            Map<TicketId, TicketChanged> all = new HashMap<>();
            for (TicketVersion ticket : ordered) {
                all.put(ticket.id(), changed(tx, access, ticket, change));
            }
            return all;
        });
        return tickets.stream()
                .map(ticket -> requireNonNull(outcomes.get(ticket.id())))
                .toList();
    }

    private TicketChanged changed(Tx tx, Access access, TicketVersion ticket, TicketChange change) {
        try {
            Ticket after = References.named(() -> tx.part(
                    () -> feature.change(tx, scope, access, ticket, change).after()));
            return TicketChanged.to(TicketFeature.shown(access, after));
        } catch (UnavailableException e) {
            throw e;
        } catch (InsightDeskException e) {
            return TicketChanged.refused(ticket.id(), e);
        }
    }

    @Override
    public List<Event> activity(TicketId id, ActivityQuery query) {
        requireNonNull(query, "query");
        Access access = scope.access();
        access.require(Permission.ACTIVITY_READ);
        return scope.run(tx -> {
            if (!store.exists(tx, id, access.tickets())) {
                throw new NotFoundException("ticket", id.toString());
            }
            return events.activity(tx, id.value(), query, access.allows(Permission.NOTE_READ));
        });
    }

    @Override
    public List<Tag> tags(@Nullable String after, int limit) {
        scope.require(Permission.TAG_READ);
        Paging.requireLimit(limit);
        return scope.run(tx -> store.tags(tx, after, limit));
    }
}
