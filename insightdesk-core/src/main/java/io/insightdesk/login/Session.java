package io.insightdesk.login;

import io.insightdesk.identity.AgentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A login that lasts: one browser or program of an agent.
 *
 * @param id the session
 * @param agent who is logged in
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
        AgentId agent,
        Instant createdAt,
        Instant usedAt,
        Instant expiresAt,
        @Nullable String address,
        @Nullable String userAgent,
        boolean secondFactor) {}
