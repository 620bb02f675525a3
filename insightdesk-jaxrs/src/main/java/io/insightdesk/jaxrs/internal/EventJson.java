package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something that happened to a ticket. */
record EventJson(
        @Text("The event.") UUID id,
        @Text("Its ticket.") @Nullable UUID ticketId,

        @Text("Its place among the ticket's events: 1, 2, 3… without gaps.")
        Long ticketSeq,

        @Text(value = "What happened.", example = "ticket_created")
        String type,

        @Text("The details: identifiers, never names or addresses.")
        JsonNode payload,

        @Text("Who did it.") Who actor,
        @Text("The request that caused it.") @Nullable String requestId,
        @Text("When.") Instant occurredAt)
        implements Wire {
    /** Who did it. */
    record Who(
            @Text("What kind of person or program.") ActorType type,
            @Text("The agent, customer or token.") @Nullable UUID id,
            @Text("The name to show.") String name,
            @Text("Through what it came.") String via) {}

    static EventJson of(Event event) {
        return new EventJson(
                event.id().value(),
                event.ticketId(),
                event.ticketSeq(),
                event.type(),
                JsonCodec.parseOwn(event.payload()),
                new Who(
                        event.actor().type(),
                        event.actor().id(),
                        event.actor().name(),
                        event.actor().via()),
                event.requestId(),
                event.occurredAt());
    }
}
