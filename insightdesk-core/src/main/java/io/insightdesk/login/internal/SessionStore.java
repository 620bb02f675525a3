package io.insightdesk.login.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.Client;
import io.insightdesk.login.Session;
import io.insightdesk.login.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of sessions and their refresh tokens. */
final class SessionStore {

    private static final String INSERT = """
            insert into {schema}.login_session (
              tenant_id, id, agent_id, customer_id, email, created_at, used_at, expires_at, second_factor, address, user_agent)
            values (:tenant, :id, :agent, :customer, :email, :createdAt, :createdAt, :expiresAt, :secondFactor, :address, :userAgent)
            """;

    /** With the address whose reader was let in, for a customer; null for an agent. */
    void insert(Tx tx, Session session, @Nullable String email) {
        AgentId agent = session.agent();
        CustomerId customer = session.customer();
        tx.update(INSERT)
                .bind("id", session.id().value())
                .bindByType("agent", agent == null ? null : agent.value(), UUID.class)
                .bindByType("customer", customer == null ? null : customer.value(), UUID.class)
                .bind("email", email)
                .bind("createdAt", session.createdAt())
                .bind("expiresAt", session.expiresAt())
                .bind("secondFactor", session.secondFactor())
                .bind("address", session.address())
                .bind("userAgent", session.userAgent())
                .execute();
    }

    private static final String SELECT = """
            select id, agent_id, customer_id, created_at, used_at, expires_at, address, user_agent, second_factor
            from {schema}.login_session
            where tenant_id = :tenant and ended_at is null and expires_at > :now
            """;

    private static final String LIST_OF_AGENT = SELECT + """
             and agent_id = :holder
            order by id desc
            limit :limit
            """;

    private static final String LIST_OF_CUSTOMER = SELECT + """
             and customer_id = :holder
            order by id desc
            limit :limit
            """;

    /** The sessions of somebody that last, the newest first. */
    List<Session> list(Tx tx, Holder holder, Instant now, int limit) {
        return tx.query(holder.isCustomer() ? LIST_OF_CUSTOMER : LIST_OF_AGENT)
                .bind("holder", holder.id())
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> session(row))
                .list();
    }

    private static final String LOCK = SELECT + " and id = :id for no key update";

    /** A session that lasts. */
    Optional<Session> lock(Tx tx, SessionId id, Instant now) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .bind("now", now)
                .map((row, context) -> session(row))
                .findOne();
    }

    /** Who a session that lasts stands for. */
    record Live(Holder holder, String name, boolean secondFactor) {}

    // A customer is let in for as long as the address is the customer's, whose mails were read, and the tenant lets
    // customers in.
    private static final String LIVE = """
            select s.agent_id, s.customer_id, coalesce(a.name, c.name) as name, s.second_factor
            from {schema}.login_session s
            join {schema}.tenant t on t.tenant_id = s.tenant_id and t.status = 'active'
            left join {schema}.agent a on a.tenant_id = s.tenant_id and a.id = s.agent_id and a.active
            left join {schema}.customer_address m
              on m.tenant_id = s.tenant_id and m.address = s.email and m.customer_id = s.customer_id
            left join {schema}.customer c on c.tenant_id = m.tenant_id and c.id = m.customer_id and c.erased_at is null
            where s.tenant_id = :tenant and s.id = :id and s.ended_at is null and s.expires_at > :now
              and (a.id is not null
                or (c.id is not null and coalesce((t.settings ->> 'customerLogin')::boolean, true)))
            """;

    Optional<Live> live(Tx tx, SessionId id, Instant now) {
        return tx.query(LIVE)
                .bind("id", id.value())
                .bind("now", now)
                .map((row, context) -> new Live(holder(row), row.getString("name"), row.getBoolean("second_factor")))
                .findOne();
    }

    private static final String TOUCH = """
            update {schema}.login_session
            set used_at = :now, address = :address, user_agent = :userAgent
            where tenant_id = :tenant and id = :id
            """;

    void touch(Tx tx, SessionId id, Client client, Instant now) {
        tx.update(TOUCH)
                .bind("id", id.value())
                .bind("now", now)
                .bind("address", client.address())
                .bind("userAgent", client.userAgent())
                .execute();
    }

    private static final String STRENGTHEN = """
            update {schema}.login_session
            set second_factor = true
            where tenant_id = :tenant and id = :id
            """;

    /** From now on the session counts as begun with a second factor. */
    void strengthen(Tx tx, SessionId id) {
        tx.update(STRENGTHEN).bind("id", id.value()).execute();
    }

    private static final String END = """
            update {schema}.login_session
            set ended_at = :now
            where tenant_id = :tenant and id = :id and ended_at is null
            """;

    /** Whether the session lasted until now. */
    boolean end(Tx tx, SessionId id, Instant now) {
        return tx.update(END).bind("id", id.value()).bind("now", now).execute() == 1;
    }

    private static final String END_ALL_OF_AGENT = """
            update {schema}.login_session
            set ended_at = :now
            where tenant_id = :tenant and agent_id = :holder and ended_at is null and id <> :except
            returning id
            """;

    private static final String END_ALL_OF_CUSTOMER = """
            update {schema}.login_session
            set ended_at = :now
            where tenant_id = :tenant and customer_id = :holder and ended_at is null and id <> :except
            returning id
            """;

    private static final UUID NONE = new UUID(0, 0);

    /** Ends all sessions of somebody; answers which. */
    List<SessionId> endAll(Tx tx, Holder holder, Instant now) {
        return endAllBut(tx, holder, new SessionId(NONE), now);
    }

    /** Ends all sessions of somebody but one; answers which. */
    List<SessionId> endAllBut(Tx tx, Holder holder, SessionId kept, Instant now) {
        return tx.query(holder.isCustomer() ? END_ALL_OF_CUSTOMER : END_ALL_OF_AGENT)
                .bind("holder", holder.id())
                .bind("except", kept.value())
                .bind("now", now)
                .mapTo(UUID.class)
                .map(SessionId::new)
                .list();
    }

    /** A refresh token as stored. */
    record Refresh(Instant expiresAt, boolean used) {}

    private static final String FIND_REFRESH = """
            select expires_at, used_at is not null as used
            from {schema}.login_refresh_token
            where tenant_id = :tenant and session_id = :session and secret_hash = :hash
            """;

    Optional<Refresh> findRefresh(Tx tx, OpaqueToken token) {
        return tx.query(FIND_REFRESH)
                .bind("session", token.id())
                .bind("hash", token.hash())
                .map((row, context) -> new Refresh(
                        row.getObject("expires_at", OffsetDateTime.class).toInstant(), row.getBoolean("used")))
                .findOne();
    }

    private static final String ADD_REFRESH = """
            insert into {schema}.login_refresh_token (tenant_id, session_id, secret_hash, expires_at)
            values (:tenant, :session, :hash, :expiresAt)
            """;

    void addRefresh(Tx tx, OpaqueToken token, Instant expiresAt) {
        tx.update(ADD_REFRESH)
                .bind("session", token.id())
                .bind("hash", token.hash())
                .bind("expiresAt", expiresAt)
                .execute();
    }

    private static final String USE_REFRESH = """
            update {schema}.login_refresh_token
            set used_at = :now
            where tenant_id = :tenant and session_id = :session and secret_hash = :hash
            """;

    void useRefresh(Tx tx, OpaqueToken token, Instant now) {
        tx.update(USE_REFRESH)
                .bind("session", token.id())
                .bind("hash", token.hash())
                .bind("now", now)
                .execute();
    }

    private static final String PURGE = """
            delete from {schema}.login_session
            where tenant_id = :tenant and expires_at < :before
            """;

    /** Forgets sessions that are long over, with their tokens. */
    void purge(Tx tx, Instant before) {
        tx.update(PURGE).bind("before", before).execute();
    }

    private static Holder holder(ResultSet row) throws SQLException {
        UUID agent = row.getObject("agent_id", UUID.class);
        return agent == null
                ? new Holder(ActorType.CUSTOMER, row.getObject("customer_id", UUID.class))
                : new Holder(ActorType.AGENT, agent);
    }

    private static Session session(ResultSet row) throws SQLException {
        Holder holder = holder(row);
        return new Session(
                new SessionId(row.getObject("id", UUID.class)),
                holder.agent(),
                holder.customer(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("used_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                row.getString("address"),
                row.getString("user_agent"),
                row.getBoolean("second_factor"));
    }
}
