package io.insightdesk.identity;

import io.insightdesk.event.Actor;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom a token stands for: an API token, or the access token of a session.
 *
 * @param tenant the tenant
 * @param actor the token's agent, or the token itself where it belongs to none; through {@code api}
 * @param token the API token, whose role limits what the actor may do; null where it came by a session
 * @param session the session of the library's own login; null where it came by an API token
 * @param requestsPerMinute how many requests the token may make per minute; null for as many as others
 * @param addressRanges from where the token may be used, which whoever serves the request checks; empty for from everywhere
 * @since 0.1.0
 */
public record Authenticated(
        TenantId tenant,
        Actor actor,
        @Nullable ApiTokenId token,
        @Nullable UUID session,
        @Nullable Integer requestsPerMinute,
        List<AddressRange> addressRanges) {

    /** Checks that it is the one or the other, and copies the list. */
    public Authenticated {
        if ((token == null) == (session == null)) {
            throw new IllegalArgumentException("somebody comes by an API token or by a session");
        }
        addressRanges = List.copyOf(addressRanges);
    }

    /**
     * Somebody with an API token that has no limits of its own.
     *
     * @param tenant the tenant
     * @param actor the token's agent, or the token itself
     * @param token the token
     */
    public Authenticated(TenantId tenant, Actor actor, ApiTokenId token) {
        this(tenant, actor, token, null, null, List.of());
    }

    /**
     * Somebody with a session of the library's own login.
     *
     * @param tenant the tenant
     * @param actor who logged in
     * @param session the session
     */
    public Authenticated(TenantId tenant, Actor actor, UUID session) {
        this(tenant, actor, null, session, null, List.of());
    }
}
