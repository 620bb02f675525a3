package io.insightdesk.login.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.SecurityKey;
import io.insightdesk.login.SecurityKeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of security keys, and of what they are asked. */
final class SecurityKeyStore {

    /** A key as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    record Stored(
            SecurityKeyId id,
            String name,
            byte[] credentialId,
            byte[] credential,
            long signCount,
            boolean backupEligible,
            boolean backedUp,
            Set<String> transports,
            Instant createdAt,
            @Nullable Instant usedAt) {

        SecurityKey key() {
            return new SecurityKey(id, name, transports, backedUp, createdAt, usedAt);
        }

        @Override
        public String toString() {
            return "Stored[" + id + "]";
        }
    }

    private static final String HOLD_AGENT = """
            select true
            from {schema}.agent
            where tenant_id = :tenant and id = :agent
            for no key update
            """;

    /** Lets nobody else add or remove second factors of the agent before the end of this transaction. Before any other lock. */
    void holdAgent(Tx tx, AgentId agent) {
        tx.query(HOLD_AGENT).bind("agent", agent.value()).mapTo(Boolean.class).findOne();
    }

    private static final String LIST = """
            select id, name, credential_id, credential, sign_count, backup_eligible, backed_up, transports, created_at, used_at
            from {schema}.login_security_key
            where tenant_id = :tenant and agent_id = :agent
            order by id
            """;

    List<Stored> list(Tx tx, AgentId agent) {
        return tx.query(LIST)
                .bind("agent", agent.value())
                .map((row, context) -> stored(row))
                .list();
    }

    private static final String HAS_ANY = """
            select exists (
              select
              from {schema}.login_security_key
              where tenant_id = :tenant and agent_id = :agent)
            """;

    boolean hasAny(Tx tx, AgentId agent) {
        return tx.query(HAS_ANY)
                .bind("agent", agent.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String FIND = """
            select id, name, credential_id, credential, sign_count, backup_eligible, backed_up, transports, created_at, used_at
            from {schema}.login_security_key
            where tenant_id = :tenant and credential_id = :credential and agent_id = :agent
            """;

    /** A key of the agent's, by what it calls itself. */
    Optional<Stored> find(Tx tx, AgentId agent, byte[] credentialId) {
        return tx.query(FIND)
                .bind("agent", agent.value())
                .bind("credential", credentialId)
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String HOLD = """
            select sign_count
            from {schema}.login_security_key
            where tenant_id = :tenant and id = :id and agent_id = :agent
            for no key update
            """;

    /** The count of a key, which nobody else can change before the end of this transaction; empty where it was removed. */
    Optional<Long> hold(Tx tx, AgentId agent, SecurityKeyId id) {
        return tx.query(HOLD)
                .bind("id", id.value())
                .bind("agent", agent.value())
                .mapTo(Long.class)
                .findOne();
    }

    private static final String INSERT = """
            insert into {schema}.login_security_key (
              tenant_id, id, agent_id, name, credential_id, credential, sign_count, backup_eligible, backed_up, transports, created_at)
            values (
              :tenant, :id, :agent, :name, :credentialId, :credential, :signCount, :backupEligible, :backedUp, :transports, :createdAt)
            on conflict (tenant_id, credential_id) do nothing
            """;

    /** False where somebody of the tenant has the key already. */
    boolean insertUnlessTaken(Tx tx, AgentId agent, Stored key) {
        return tx.update(INSERT)
                        .bind("id", key.id().value())
                        .bind("agent", agent.value())
                        .bind("name", key.name())
                        .bind("credentialId", key.credentialId())
                        .bind("credential", key.credential())
                        .bind("signCount", key.signCount())
                        .bind("backupEligible", key.backupEligible())
                        .bind("backedUp", key.backedUp())
                        .bindArray("transports", String.class, List.copyOf(key.transports()))
                        .bind("createdAt", key.createdAt())
                        .execute()
                == 1;
    }

    private static final String USED = """
            update {schema}.login_security_key
            set sign_count = :signCount, backed_up = :backedUp, used_at = :now
            where tenant_id = :tenant and id = :id
            """;

    void used(Tx tx, SecurityKeyId id, WebAuthn.Used used, Instant now) {
        tx.update(USED)
                .bind("id", id.value())
                .bind("signCount", used.signCount())
                .bind("backedUp", used.backedUp())
                .bind("now", now)
                .execute();
    }

    private static final String RENAME = """
            update {schema}.login_security_key
            set name = :name
            where tenant_id = :tenant and id = :id and agent_id = :agent
            """;

    boolean rename(Tx tx, AgentId agent, SecurityKeyId id, String name) {
        return tx.update(RENAME)
                        .bind("id", id.value())
                        .bind("agent", agent.value())
                        .bind("name", name)
                        .execute()
                == 1;
    }

    private static final String REMOVE = """
            delete from {schema}.login_security_key
            where tenant_id = :tenant and id = :id and agent_id = :agent
            """;

    boolean remove(Tx tx, AgentId agent, SecurityKeyId id) {
        return tx.update(REMOVE)
                        .bind("id", id.value())
                        .bind("agent", agent.value())
                        .execute()
                == 1;
    }

    private static final String REMOVE_ALL = """
            delete from {schema}.login_security_key
            where tenant_id = :tenant and agent_id = :agent
            """;

    private static final String REMOVE_CHALLENGES = """
            delete from {schema}.login_key_challenge
            where tenant_id = :tenant and agent_id = :agent
            """;

    /** Removes all of an agent's, and what was asked of them. */
    void removeAll(Tx tx, AgentId agent) {
        tx.update(REMOVE_ALL).bind("agent", agent.value()).execute();
        tx.update(REMOVE_CHALLENGES).bind("agent", agent.value()).execute();
    }

    /** What a key is asked for. */
    enum Purpose {
        /** To be added, in a session. */
        REGISTRATION,
        /** To go on with a login that waits. */
        LOGIN,
        /** To show it in a session. */
        PROOF,
        /** That it was shown, in a session: no longer a question. */
        PROVED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String ASK = """
            insert into {schema}.login_key_challenge (tenant_id, bound_to, purpose, agent_id, secret_hash, expires_at)
            values (:tenant, :boundTo, :purpose, :agent, :hash, :expiresAt)
            on conflict (tenant_id, bound_to, purpose) do update
            set agent_id = excluded.agent_id, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at
            """;

    /** Keeps the hash of something that is good once; what was kept for the same before is good no more. */
    void ask(Tx tx, AgentId agent, Purpose purpose, UUID boundTo, byte[] hash, Instant expiresAt) {
        tx.update(ASK)
                .bind("boundTo", boundTo)
                .bind("purpose", purpose.wireName())
                .bind("agent", agent.value())
                .bind("hash", hash)
                .bind("expiresAt", expiresAt)
                .execute();
    }

    private static final String TAKE = """
            delete from {schema}.login_key_challenge
            where tenant_id = :tenant and bound_to = :boundTo and purpose = :purpose and agent_id = :agent and expires_at > :now
            returning secret_hash
            """;

    /** The hash, once: of two who come at once one gets it. */
    Optional<byte[]> take(Tx tx, AgentId agent, Purpose purpose, UUID boundTo, Instant now) {
        return tx.query(TAKE)
                .bind("boundTo", boundTo)
                .bind("purpose", purpose.wireName())
                .bind("agent", agent.value())
                .bind("now", now)
                .map((row, context) -> row.getBytes("secret_hash"))
                .findOne();
    }

    private static final String PURGE = """
            delete from {schema}.login_key_challenge
            where tenant_id = :tenant and expires_at <= :now
            """;

    void purge(Tx tx, Instant now) {
        tx.update(PURGE).bind("now", now).execute();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        OffsetDateTime used = row.getObject("used_at", OffsetDateTime.class);
        return new Stored(
                new SecurityKeyId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getBytes("credential_id"),
                row.getBytes("credential"),
                row.getLong("sign_count"),
                row.getBoolean("backup_eligible"),
                row.getBoolean("backed_up"),
                Set.of((String[]) row.getArray("transports").getArray()),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                used == null ? null : used.toInstant());
    }
}
