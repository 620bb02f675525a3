package io.insightdesk.login;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session that was begun or goes on.
 *
 * @param tenant the tenant
 * @param agent who is logged in; null for a customer
 * @param customer who is logged in; null for an agent
 * @param session the session, which all tokens of this login belong to
 * @param accessToken a JWT for {@code Authorization: Bearer}, understood by {@link io.insightdesk.InsightDesk#authenticate}
 * @param accessExpiresAt until when it is good
 * @param refreshToken for {@link Logins#refresh}, once
 * @param refreshExpiresAt until when it is good, unless it is used
 * @param secondFactorMissing whether an agent's permissions ask for a second factor that is not set up: then the session may do
 *     nothing but set one up
 * @since 0.1.0
 */
public record LoggedIn(
        TenantId tenant,
        @Nullable AgentId agent,
        @Nullable CustomerId customer,
        SessionId session,
        Secret accessToken,
        Instant accessExpiresAt,
        Secret refreshToken,
        Instant refreshExpiresAt,
        boolean secondFactorMissing)
        implements LoginAnswer {}
