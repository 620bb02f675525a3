package io.insightdesk.login;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.identity.AgentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A login that lasts: one browser or program of an agent or a customer.
 *
 * @param id the session
 * @param agent who is logged in; null for a customer
 * @param customer who is logged in; null for an agent
 * @param createdAt when it was begun
 * @param usedAt when its refresh token was last used
 * @param expiresAt when it ends at the latest
 * @param address from where it was last used; null where that is not known
 * @param userAgent by what program; null where that is not known
 * @param secondFactor whether it was begun with a second factor
 * @since 0.1.0
 */
public record Session(
        SessionId id,
        @Nullable AgentId agent,
        @Nullable CustomerId customer,
        Instant createdAt,
        Instant usedAt,
        Instant expiresAt,
        @Nullable String address,
        @Nullable String userAgent,
        boolean secondFactor) {

    /** Checks that it is one person's. */
    public Session {
        if ((agent == null) == (customer == null)) {
            throw new IllegalArgumentException("a session is an agent's or a customer's");
        }
    }
}
