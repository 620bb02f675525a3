package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event of the audit trail.
 *
 * @param id the event
 * @param type what happened, in the past tense, such as {@code agent_changed}
 * @param subject what it happened to: an identifier or a name; null where there is none
 * @param actor who did it; the name is empty when it was erased
 * @param origin from where
 * @param payload the details as JSON: identifiers and plain values, with {@code from} and {@code to} where something changed
 * @param personal personal values as JSON, such as names and addresses before and after; null when they were erased, or there are none
 * @param requestId the request that caused it; null when unknown
 * @param occurredAt when
 * @param segment the segment that seals it; null while it is not sealed yet
 * @since 0.1.0
 */
public record AuditEntry(
        EventId id,
        String type,
        @Nullable String subject,
        Actor actor,
        Origin origin,
        String payload,
        @Nullable String personal,
        @Nullable String requestId,
        Instant occurredAt,
        @Nullable Long segment) {

    /** Checks that nothing mandatory is missing. */
    public AuditEntry {
        requireNonNull(id, "id");
        requireNonNull(type, "type");
        requireNonNull(actor, "actor");
        requireNonNull(origin, "origin");
        requireNonNull(payload, "payload");
        requireNonNull(occurredAt, "occurredAt");
    }
}
