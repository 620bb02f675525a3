package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as it was recorded in the transaction of the change.
 *
 * @param tenant the tenant
 * @param id the event
 * @param ticketId the ticket it is about; null where it is about none
 * @param ticketSeq its place among the ticket's events: 1, 2, 3… without gaps; 0 where it is about no ticket
 * @param type what happened, in the past tense: {@code ticket_created}, {@code message_added}…
 * @param payload the details as a JSON object; holds identifiers, never names or addresses
 * @param actor who did it
 * @param requestId the request that caused it; null where there was none
 * @param occurredAt when, to the microsecond
 * @since 0.1.0
 */
public record Event(
        TenantId tenant,
        EventId id,
        @Nullable UUID ticketId,
        long ticketSeq,
        String type,
        String payload,
        Actor actor,
        @Nullable String requestId,
        Instant occurredAt) {

    /** Checks that nothing mandatory is missing. */
    public Event {
        requireNonNull(tenant, "tenant");
        requireNonNull(id, "id");
        requireNonNull(type, "type");
        requireNonNull(payload, "payload");
        requireNonNull(actor, "actor");
        requireNonNull(occurredAt, "occurredAt");
    }
}
