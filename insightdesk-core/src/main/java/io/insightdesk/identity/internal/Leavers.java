package io.insightdesk.identity.internal;

import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.Map;

/** Ends what agents have who are switched off, whoever does it. */
final class Leavers {

    private final ApiTokenStore tokens;
    private final EventFeature events;
    private final PermissionCache cache;
    private final AgentEnds ends;

    Leavers(ApiTokenStore tokens, EventFeature events, PermissionCache cache, AgentEnds ends) {
        this.tokens = tokens;
        this.events = events;
        this.cache = cache;
        this.ends = ends;
    }

    /** For good: who works here again begins without what was there before. */
    void end(Tx tx, Scope scope, AgentId agent, Instant now) {
        for (var token : tokens.revokeAll(tx, agent, now)) {
            events.append(tx, scope, "api_token_revoked", Map.of("apiTokenId", token.toString()));
            tx.afterCommit(() -> cache.evict(token.value()));
        }
        ends.ended(tx, scope, agent);
    }
}
