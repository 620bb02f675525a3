package io.insightdesk.identity;

import io.insightdesk.event.Actor;
import io.insightdesk.tenant.TenantId;

/**
 * Whom an API token stands for.
 *
 * @param tenant the tenant
 * @param actor the token's agent, or the token itself where it belongs to none; through {@code api}
 * @param token the token, whose role limits what the actor may do
 * @since 0.1.0
 */
public record Authenticated(TenantId tenant, Actor actor, ApiTokenId token) {}
