package io.insightdesk.bulk.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.bulk.BulkChanges;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.internal.TicketFeature;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationKind;
import java.util.List;
import java.util.Map;
import java.util.UUID;

final class BulkChangeService implements BulkChanges {

    private final BulkFeature feature;
    private final Scope scope;

    BulkChangeService(BulkFeature feature, Scope scope) {
        this.feature = feature;
        this.scope = scope;
    }

    @Override
    public LongOperation change(List<TicketVersion> tickets, TicketChange change) {
        requireNonNull(tickets, "tickets");
        Access unused = permitted(change);
        TicketFeature.checkTickets(tickets, MAX_TICKETS);
        List<TicketVersion> copy = List.copyOf(tickets);
        return scope.run(tx -> begin(tx, copy, change));
    }

    @Override
    public LongOperation change(TicketQuery query, TicketChange change) {
        requireNonNull(query, "query");
        Access access = permitted(change);
        return scope.run(tx -> {
            List<TicketId> found = feature.tickets.find(tx, access, query, MAX_TICKETS + 1);
            if (found.size() > MAX_TICKETS) {
                throw new InvalidInputException(
                        "/filter",
                        "too_many",
                        "More than " + MAX_TICKETS + " tickets are found; filter them so that there are fewer.");
            }
            return begin(tx, found.stream().map(TicketVersion::any).toList(), change);
        });
    }

    private Access permitted(TicketChange change) {
        requireNonNull(change, "change");
        Access access = scope.access();
        change.permissions().stream().sorted().forEach(access::require);
        return access;
    }

    private LongOperation begin(Tx tx, List<TicketVersion> tickets, TicketChange change) {
        OperationId id = new OperationId(
                feature.jobs.enqueue(tx, scope, BulkFeature.job()).orElseThrow().value());
        LongOperation operation = feature.operations.begin(tx, scope, id, OperationKind.TICKET_CHANGE);
        UUID token = scope.authority().throughToken();
        feature.store.insert(
                tx,
                new BulkStore.Bulk(
                        id,
                        scope.actor(),
                        token == null ? null : new ApiTokenId(token),
                        scope.requestId(),
                        change,
                        tickets.size()),
                tickets);
        feature.operations.count(tx, id, "tickets", tickets.size());
        feature.events.append(
                tx, scope, "bulk_change_requested", Map.of("operationId", id.toString(), "tickets", tickets.size()));
        return operation.withCounts(Map.of("tickets", (long) tickets.size()));
    }
}
