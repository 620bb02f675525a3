package io.insightdesk.login.internal;

import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.Session;
import io.insightdesk.login.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Begins sessions, goes on with them, and ends them. Thread-safe. */
final class SessionBook {

    private final LoginFeature feature;
    private final SessionCache cache;

    SessionBook(LoginFeature feature, SessionCache cache) {
        this.feature = feature;
        this.cache = cache;
    }

    /** A session with a refresh token that is stored by now; its access token is made after the commit. */
    record Issued(Session session, OpaqueToken refresh, Instant refreshExpiresAt) {}

    Issued begin(Tx tx, Scope as, Agent agent, boolean secondFactor, Client client) {
        Instant now = as.now();
        Session session = new Session(
                new SessionId(Ids.next()),
                agent.id(),
                now,
                now,
                now.plus(feature.options.sessionLifetime()),
                client.address(),
                client.userAgent(),
                secondFactor);
        feature.store.insert(tx, session);
        feature.events.append(
                tx,
                as,
                "login_succeeded",
                Map.of(
                        "agentId", agent.id().toString(),
                        "sessionId", session.id().toString(),
                        "secondFactor", secondFactor));
        return issue(tx, as, session, now);
    }

    private Issued issue(Tx tx, Scope scope, Session session, Instant now) {
        OpaqueToken refresh = OpaqueToken.make(scope.tenant(), session.id().value(), feature.random);
        Duration left = Duration.between(now, session.expiresAt());
        Duration wanted = feature.options.refreshLifetime();
        Instant expiresAt = now.plus(left.compareTo(wanted) < 0 ? left : wanted);
        feature.store.addRefresh(tx, refresh, expiresAt);
        return new Issued(session, refresh, expiresAt);
    }

    /**
     * Exchanges a refresh token. One that was used before ends its session: either somebody else has it, or the owner's answer
     * got lost, and nobody can tell which.
     *
     * @return empty when it is good for nothing; what was done about that is to be committed
     */
    Optional<Issued> exchange(Tx tx, Scope scope, OpaqueToken token, Client client) {
        Instant now = scope.now();
        SessionId id = new SessionId(token.id());
        Optional<Session> session = feature.store.lock(tx, id, now);
        Optional<SessionStore.Refresh> refresh = feature.store.findRefresh(tx, token);
        if (session.isEmpty() || refresh.isEmpty()) {
            return Optional.empty();
        }
        if (refresh.get().used()) {
            end(tx, scope, session.get().agent(), id, "refresh_token_reused");
            return Optional.empty();
        }
        if (!refresh.get().expiresAt().isAfter(now)
                || feature.store.live(tx, id, now).isEmpty()) {
            return Optional.empty();
        }
        feature.store.useRefresh(tx, token, now);
        feature.store.touch(tx, id, client, now);
        return Optional.of(issue(tx, scope, session.get(), now));
    }

    /** Ends a session, and says so; answers whether it lasted until now. */
    boolean end(Tx tx, Scope scope, AgentId agent, SessionId id, String reason) {
        if (!feature.store.end(tx, id, scope.now())) {
            return false;
        }
        ended(tx, scope, agent, id, reason);
        return true;
    }

    /** Ends all sessions of an agent, and says so; answers how many. */
    int endAll(Tx tx, Scope scope, AgentId agent, String reason) {
        List<SessionId> ids = feature.store.endAll(tx, agent, scope.now());
        ids.forEach(id -> ended(tx, scope, agent, id, reason));
        return ids.size();
    }

    /** Ends all sessions of an agent but one, and says so. */
    void endOthers(Tx tx, Scope scope, AgentId agent, SessionId kept, String reason) {
        feature.store.endAllBut(tx, agent, kept, scope.now()).forEach(id -> ended(tx, scope, agent, id, reason));
    }

    /** From now on the session counts as begun with a second factor. */
    void strengthen(Tx tx, SessionId id) {
        feature.store.strengthen(tx, id);
        tx.afterCommit(() -> cache.evict(id));
    }

    private void ended(Tx tx, Scope scope, AgentId agent, SessionId id, String reason) {
        feature.events.append(
                tx,
                scope,
                "session_ended",
                Map.of("agentId", agent.toString(), "sessionId", id.toString(), "reason", reason));
        tx.afterCommit(() -> cache.evict(id));
    }

    /** The answer to who logged in. */
    LoggedIn answer(Scope scope, Issued issued, boolean secondFactorMissing) {
        Session session = issued.session();
        AccessTokens.Signed access = feature.tokens.sign(
                new AccessTokens.Claims(scope.tenant(), session.agent().value(), session.id()), scope.now());
        return new LoggedIn(
                scope.tenant(),
                session.agent(),
                session.id(),
                access.text(),
                access.expiresAt(),
                issued.refresh().text(OpaqueToken.REFRESH),
                issued.refreshExpiresAt(),
                secondFactorMissing);
    }

    /** How many sessions a list shows. */
    static final int LISTED = 100;

    List<Session> list(Tx tx, Scope scope, AgentId agent) {
        return feature.store.list(tx, agent, scope.now(), LISTED);
    }
}
