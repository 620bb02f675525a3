package io.insightdesk.login.internal;

import io.insightdesk.identity.Agent;
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
import org.jspecify.annotations.Nullable;

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

    /** How a session is begun: whose, by which address of a customer, how strongly, and when it ends if that is before others. */
    record Opening(
            Holder holder,
            @Nullable String email,
            boolean secondFactor,
            @Nullable Instant endsAt) {

        static Opening of(Agent agent, boolean secondFactor) {
            return new Opening(Holder.of(agent.id()), null, secondFactor, null);
        }

        Opening until(@Nullable Instant end) {
            return new Opening(holder, email, secondFactor, end);
        }
    }

    Issued begin(Tx tx, Scope as, Opening opening, Client client) {
        Instant now = as.now();
        Instant end = now.plus(feature.options.sessionLifetime());
        Instant earlier = opening.endsAt();
        Session session = new Session(
                new SessionId(Ids.next()),
                opening.holder().agent(),
                opening.holder().customer(),
                now,
                now,
                earlier != null && earlier.isBefore(end) ? earlier : end,
                client.address(),
                client.userAgent(),
                opening.secondFactor());
        feature.store.insert(tx, session, opening.email());
        feature.events.append(
                tx,
                as,
                "login_succeeded",
                opening.holder()
                        .payload(Map.of("sessionId", session.id().toString(), "secondFactor", opening.secondFactor())));
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
            end(tx, scope, Holder.of(session.get()), id, "refresh_token_reused");
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
    boolean end(Tx tx, Scope scope, Holder holder, SessionId id, String reason) {
        if (!feature.store.end(tx, id, scope.now())) {
            return false;
        }
        ended(tx, scope, holder, id, reason);
        return true;
    }

    /** Ends all sessions of somebody, and says so; answers how many. */
    int endAll(Tx tx, Scope scope, Holder holder, String reason) {
        List<SessionId> ids = feature.store.endAll(tx, holder, scope.now());
        ids.forEach(id -> ended(tx, scope, holder, id, reason));
        return ids.size();
    }

    /** Ends all sessions of somebody but one, and says so. */
    void endOthers(Tx tx, Scope scope, Holder holder, SessionId kept, String reason) {
        feature.store.endAllBut(tx, holder, kept, scope.now()).forEach(id -> ended(tx, scope, holder, id, reason));
    }

    /** From now on the session counts as begun with a second factor. */
    void strengthen(Tx tx, SessionId id) {
        feature.store.strengthen(tx, id);
        tx.afterCommit(() -> cache.evict(id));
    }

    private void ended(Tx tx, Scope scope, Holder holder, SessionId id, String reason) {
        feature.events.append(
                tx, scope, "session_ended", holder.payload(Map.of("sessionId", id.toString(), "reason", reason)));
        tx.afterCommit(() -> cache.evict(id));
    }

    /** The answer to who logged in. */
    LoggedIn answer(Scope scope, Issued issued, boolean secondFactorMissing) {
        Session session = issued.session();
        AccessTokens.Signed access = feature.tokens.sign(
                new AccessTokens.Claims(scope.tenant(), Holder.of(session).id(), session.id()), scope.now());
        return new LoggedIn(
                scope.tenant(),
                session.agent(),
                session.customer(),
                session.id(),
                access.text(),
                access.expiresAt(),
                issued.refresh().text(OpaqueToken.REFRESH),
                issued.refreshExpiresAt(),
                secondFactorMissing);
    }

    /** How many sessions a list shows. */
    static final int LISTED = 100;

    List<Session> list(Tx tx, Scope scope, Holder holder) {
        return feature.store.list(tx, holder, scope.now(), LISTED);
    }
}
