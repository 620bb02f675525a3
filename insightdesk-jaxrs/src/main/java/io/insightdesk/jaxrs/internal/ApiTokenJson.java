package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.limit.AddressRange;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key for a program. */
record ApiTokenJson(
        @Text("The token's identifier, which is no secret.") UUID id,

        @Text(value = "What it is for.", example = "web form")
        String name,

        @Text("The agent it acts as, by id.") @Nullable UUID agent,

        @Text(value = "What it may do at most: the name of a role.", example = "agent")
        String role,

        @Text("A few of its characters, to know it again.") String hint,
        @Text("When it was made.") Instant createdAt,
        @Text("When it expires.") @Nullable Instant expiresAt,
        @Text("When it was revoked.") @Nullable Instant revokedAt,
        @Text("When it was last used.") @Nullable Instant lastUsedAt,

        @Text(value = "How many requests it may make per minute; null for as many as others.", example = "600")
        @Nullable Integer requestsPerMinute,

        @Text(value = "From which addresses it may be used; empty for from everywhere.", example = "192.0.2.0/24")
        List<String> addressRanges,

        @Text("The token itself; told once, when it is made.") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret)
        implements Wire {
    static ApiTokenJson of(ApiToken token) {
        return of(token, null);
    }

    static ApiTokenJson of(ApiToken token, @Nullable String secret) {
        return new ApiTokenJson(
                token.id().value(),
                token.name(),
                token.agent() == null ? null : token.agent().value(),
                token.role().wireName(),
                token.hint(),
                token.createdAt(),
                token.expiresAt(),
                token.revokedAt(),
                token.lastUsedAt(),
                token.requestsPerMinute(),
                token.addressRanges().stream().map(AddressRange::toString).toList(),
                secret);
    }
}
