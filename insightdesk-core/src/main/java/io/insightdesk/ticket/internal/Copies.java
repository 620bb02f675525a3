package io.insightdesk.ticket.internal;

import io.insightdesk.customer.OrganizationId;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tickets that differ from another in what the library itself decides. */
final class Copies {

    private Copies() {}

    static Ticket withOrganization(Ticket t, @Nullable OrganizationId organization) {
        return copy(t, organization, t.status(), t.updatedAt(), t.resolvedAt(), t.closedAt(), t.version());
    }

    static Ticket touched(Ticket t, Instant updatedAt, long version) {
        return copy(t, t.organization(), t.status(), updatedAt, t.resolvedAt(), t.closedAt(), version);
    }

    static Ticket settled(
            Ticket t,
            TicketStatus status,
            @Nullable Instant resolvedAt,
            @Nullable Instant closedAt,
            Instant updatedAt,
            long version) {
        return copy(t, t.organization(), status, updatedAt, resolvedAt, closedAt, version);
    }

    /** Without what is the desk's own: who works on it, how it is sorted, what is noted. */
    static Ticket forCustomer(Ticket t) {
        return new Ticket(
                t.id(),
                t.number(),
                t.subject(),
                t.status(),
                t.priority(),
                t.channel(),
                t.requester(),
                t.organization(),
                null,
                null,
                null,
                List.of(),
                Map.of(),
                t.createdAt(),
                t.updatedAt(),
                t.resolvedAt(),
                t.closedAt(),
                t.version());
    }

    private static Ticket copy(
            Ticket t,
            @Nullable OrganizationId organization,
            TicketStatus status,
            Instant updatedAt,
            @Nullable Instant resolvedAt,
            @Nullable Instant closedAt,
            long version) {
        return new Ticket(
                t.id(),
                t.number(),
                t.subject(),
                status,
                t.priority(),
                t.channel(),
                t.requester(),
                organization,
                t.assignee(),
                t.team(),
                t.mailbox(),
                t.tags(),
                t.customFields(),
                t.createdAt(),
                updatedAt,
                resolvedAt,
                closedAt,
                version);
    }
}
