package io.insightdesk.identity;

import io.insightdesk.event.Actor;
import io.insightdesk.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom a token stands for: an API token, or the access token of a session.
 *
 * @param tenant the tenant
 * @param actor the token's agent, or the token itself where it belongs to none; through {@code api}
 * @param token the API token, whose role limits what the actor may do; null where it came by a session
 * @param session the session of the library's own login; null where it came by an API token
 * @since 0.1.0
 */
public record Authenticated(
        TenantId tenant,
        Actor actor,
        @Nullable ApiTokenId token,
        @Nullable UUID session) {

    /** Checks that it is the one or the other. */
    public Authenticated {
        if ((token == null) == (session == null)) {
            throw new IllegalArgumentException("somebody comes by an API token or by a session");
        }
    }

    /**
     * Somebody with an API token.
     *
     * @param tenant the tenant
     * @param actor the token's agent, or the token itself
     * @param token the token
     */
    public Authenticated(TenantId tenant, Actor actor, ApiTokenId token) {
        this(tenant, actor, token, null);
    }
}
