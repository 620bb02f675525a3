package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.ApiTokenPage;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.ApiTokens;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class ApiTokenService implements ApiTokens {

    private static final UUID BEGINNING = new UUID(0, 0);
    private static final int HINT_LENGTH = 4;

    private final Scope scope;
    private final ApiTokenStore store;
    private final AgentStore agents;
    private final RoleGrants grants;
    private final EventFeature events;
    private final Cursors cursors;
    private final PermissionCache cache;
    private final SecureRandom random;

    ApiTokenService(
            Scope scope,
            ApiTokenStore store,
            AgentStore agents,
            RoleGrants grants,
            EventFeature events,
            Cursors cursors,
            PermissionCache cache,
            SecureRandom random) {
        this.scope = scope;
        this.store = store;
        this.agents = agents;
        this.grants = grants;
        this.events = events;
        this.cursors = cursors;
        this.cache = cache;
        this.random = random;
    }

    @Override
    public IssuedToken create(NewApiToken token) {
        requireNonNull(token, "token");
        Access own = scope.access();
        own.require(Permission.TOKEN_ADMIN);
        requireSightOf(own, token.agent());
        byte[] secret = new byte[TokenCodec.SECRET_BYTES];
        random.nextBytes(secret);
        ApiTokenId id = new ApiTokenId(Ids.next());
        String text = TokenCodec.write(new TokenCodec.Parts(scope.tenant(), id, secret));
        Instant now = scope.now();
        ApiToken made = new ApiToken(
                id,
                token.name(),
                token.agent(),
                token.role(),
                text.substring(text.length() - HINT_LENGTH),
                now,
                token.expiry() == null ? null : now.plus(token.expiry()),
                null,
                null,
                token.requestsPerMinute(),
                token.addressRanges());
        Map<String, Object> payload = new HashMap<>();
        payload.put("apiTokenId", id.toString());
        payload.put("role", token.role().wireName());
        payload.put("name", token.name());
        AgentId agent = token.agent();
        if (agent != null) {
            payload.put("agentId", agent.toString());
        }
        if (made.expiresAt() != null) {
            payload.put("expiresAt", made.expiresAt().toString());
        }
        if (token.requestsPerMinute() != null) {
            payload.put("requestsPerMinute", token.requestsPerMinute());
        }
        if (!token.addressRanges().isEmpty()) {
            payload.put(
                    "addressRanges",
                    token.addressRanges().stream().map(AddressRange::toString).toList());
        }
        return scope.run(tx -> {
            if (agent != null && agents.find(tx, agent).isEmpty()) {
                throw new InvalidInputException(
                        "/agent", "unknown_agent", "There is no agent '" + agent + "' in this tenant.");
            }
            RoleGrants.requireWithin(own, grants.hold(tx, token.role()));
            store.insert(tx, made, TokenCodec.hash(secret));
            events.append(tx, scope, "api_token_created", payload);
            return new IssuedToken(made, Secret.of(text));
        });
    }

    /** Who acts as somebody else sees what that one sees. */
    private void requireSightOf(Access own, @Nullable AgentId agent) {
        boolean oneself = agent == null
                || (scope.actor().type() == ActorType.AGENT
                        && agent.value().equals(scope.actor().id()));
        TicketSight sight = own.tickets();
        if (!oneself && (sight.onlyTeams() || sight.organizations() != null || !sight.membersOnly())) {
            throw own.refusal(Permission.TICKET_READ_PRIVATE);
        }
    }

    @Override
    public ApiTokenPage list(ApiTokenQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.TOKEN_ADMIN);
        Cursors.Listing listing = cursors.on("api_tokens", scope.tenant());
        Cursors.Position from = listing.decode(query.cursor());
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<ApiToken> rows = scope.run(tx -> store.list(tx, after, query.limit() + 1));
        return listing.page(rows, query.limit(), token -> new Object[] {token.id()}, ApiTokenPage::new);
    }

    @Override
    public ApiToken revoke(ApiTokenId id) {
        requireNonNull(id, "id");
        scope.require(Permission.TOKEN_ADMIN);
        return scope.run(tx -> {
            ApiToken old = store.lock(tx, id).orElseThrow(() -> new NotFoundException("api_token", id.toString()));
            if (old.revokedAt() != null) {
                return old;
            }
            Instant now = scope.now();
            store.revoke(tx, id, now);
            events.append(tx, scope, "api_token_revoked", Map.of("apiTokenId", id.toString()));
            tx.afterCommit(() -> cache.evict(id.value()));
            return new ApiToken(
                    id,
                    old.name(),
                    old.agent(),
                    old.role(),
                    old.hint(),
                    old.createdAt(),
                    old.expiresAt(),
                    now,
                    old.lastUsedAt(),
                    old.requestsPerMinute(),
                    old.addressRanges());
        });
    }
}
