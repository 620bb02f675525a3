package io.insightdesk.jaxrs.internal;

import io.insightdesk.login.Session;
import io.insightdesk.login.SessionId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A login that lasts. */
record SessionJson(
        @Text("The session.") UUID id,
        @Text("When it was begun.") Instant createdAt,
        @Text("When it was last refreshed.") Instant usedAt,
        @Text("When it ends at the latest.") Instant expiresAt,

        @Text(value = "From where it was last refreshed.", example = "192.0.2.7") @Nullable String address,

        @Text(value = "By what program.", example = "Mozilla/5.0") @Nullable String userAgent,

        @Text("Whether it was begun with a second factor.") Boolean secondFactor,
        @Text("Whether it is that of this request.") Boolean current)
        implements Wire {

    static SessionJson of(Session session, @Nullable SessionId current) {
        return new SessionJson(
                session.id().value(),
                session.createdAt(),
                session.usedAt(),
                session.expiresAt(),
                session.address(),
                session.userAgent(),
                session.secondFactor(),
                session.id().equals(current));
    }

    /** How many sessions were ended. */
    record EndedSessionsJson(@Text("How many there were.") Integer ended) implements Wire {}
}
