package io.insightdesk.identity;

import io.insightdesk.limit.AddressRange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API token, as stored; its secret is not known any more.
 *
 * @param id the token
 * @param name what it is for
 * @param agent as whom it acts; null when it acts as itself
 * @param role what it may do at most; a token of an agent may do no more than the agent
 * @param hint its last characters, to recognise it by
 * @param createdAt when it was made
 * @param expiresAt from when on it is refused; null for never
 * @param revokedAt when it was revoked; null when it was not
 * @param lastUsedAt when it was last used, to about a minute; null when it was not
 * @param requestsPerMinute how many requests it may make per minute; null for as many as others
 * @param addressRanges from where it may be used; empty for from everywhere
 * @since 0.1.0
 */
public record ApiToken(
        ApiTokenId id,
        String name,
        @Nullable AgentId agent,
        Role role,
        String hint,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        @Nullable Integer requestsPerMinute,
        List<AddressRange> addressRanges) {

    /** Copies the list. */
    public ApiToken {
        addressRanges = List.copyOf(addressRanges);
    }
}
