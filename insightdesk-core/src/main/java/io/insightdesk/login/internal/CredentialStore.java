package io.insightdesk.login.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of passwords and of tickets that are good once. */
final class CredentialStore {

    /**
     * How an agent proves who it is.
     *
     * @param passwordHash null for no password
     * @param passwordVersion another one with each password
     * @param verifiedEmail the address that mails were read at; null for none
     */
    record Credential(
            @Nullable String passwordHash,
            int passwordVersion,
            @Nullable String verifiedEmail) {

        static final Credential NONE = new Credential(null, 0, null);

        @Override
        public String toString() {
            return "Credential[…]";
        }
    }

    private static final String FIND = """
            select password_hash, password_version, verified_email
            from {schema}.login_credential
            where tenant_id = :tenant and agent_id = :agent
            """;

    Credential find(Tx tx, AgentId agent) {
        return tx.query(FIND)
                .bind("agent", agent.value())
                .map((row, context) -> new Credential(
                        row.getString("password_hash"),
                        row.getInt("password_version"),
                        row.getString("verified_email")))
                .findOne()
                .orElse(Credential.NONE);
    }

    private static final String SET_PASSWORD = """
            insert into {schema}.login_credential as c (
              tenant_id, agent_id, password_hash, password_version, password_changed_at)
            values (:tenant, :agent, :hash, 1, :now)
            on conflict (tenant_id, agent_id) do update
            set password_hash = excluded.password_hash,
              password_version = c.password_version + 1,
              password_changed_at = excluded.password_changed_at
            """;

    void setPassword(Tx tx, AgentId agent, String hash, Instant now) {
        tx.update(SET_PASSWORD)
                .bind("agent", agent.value())
                .bind("hash", hash)
                .bind("now", now)
                .execute();
    }

    private static final String REPLACE_HASH = """
            update {schema}.login_credential
            set password_hash = :hash
            where tenant_id = :tenant and agent_id = :agent and password_hash = :old
            """;

    /** Another hash of the same password, unless the password was changed meanwhile. */
    boolean replaceHash(Tx tx, AgentId agent, String old, String hash) {
        return tx.update(REPLACE_HASH)
                        .bind("agent", agent.value())
                        .bind("old", old)
                        .bind("hash", hash)
                        .execute()
                == 1;
    }

    private static final String HOLD_UNCHANGED = """
            select true
            from {schema}.login_credential
            where tenant_id = :tenant and agent_id = :agent and password_version = :version
            for no key update
            """;

    /** Whether it is still the same password, which nobody can change before the end of this transaction. */
    boolean holdUnchanged(Tx tx, AgentId agent, int version) {
        return tx.query(HOLD_UNCHANGED)
                .bind("agent", agent.value())
                .bind("version", version)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    private static final String SET_VERIFIED = """
            insert into {schema}.login_credential (tenant_id, agent_id, verified_email)
            values (:tenant, :agent, :email)
            on conflict (tenant_id, agent_id) do update set verified_email = excluded.verified_email
            """;

    void setVerified(Tx tx, AgentId agent, String email) {
        tx.update(SET_VERIFIED)
                .bind("agent", agent.value())
                .bind("email", email)
                .execute();
    }

    /** What a ticket is for. */
    enum Purpose {
        INVITATION,
        PASSWORD,
        EMAIL,
        SECOND_FACTOR;

        String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Something that is good once; with the end of the session that it begins, where that is before others'. */
    record Ticket(
            UUID id,
            AgentId agent,
            Purpose purpose,
            String email,
            Instant expiresAt,
            @Nullable Instant sessionEndsAt) {}

    private static final String REMOVE_TICKETS = """
            delete from {schema}.login_ticket
            where tenant_id = :tenant and agent_id = :agent and purpose = :purpose
            """;

    void removeTickets(Tx tx, AgentId agent, Purpose purpose) {
        tx.update(REMOVE_TICKETS)
                .bind("agent", agent.value())
                .bind("purpose", purpose.wireName())
                .execute();
    }

    private static final String ADD_TICKET = """
            insert into {schema}.login_ticket (
              tenant_id, id, agent_id, purpose, secret_hash, email, expires_at, session_ends_at)
            values (:tenant, :id, :agent, :purpose, :hash, :email, :expiresAt, :sessionEndsAt)
            """;

    void addTicket(Tx tx, Ticket ticket, byte[] hash) {
        tx.update(ADD_TICKET)
                .bind("id", ticket.id())
                .bind("agent", ticket.agent().value())
                .bind("purpose", ticket.purpose().wireName())
                .bind("hash", hash)
                .bind("email", ticket.email())
                .bind("expiresAt", ticket.expiresAt())
                .bindByType("sessionEndsAt", ticket.sessionEndsAt(), Instant.class)
                .execute();
    }

    private static final String FIND_TICKET = """
            select id, agent_id, purpose, email, expires_at, session_ends_at
            from {schema}.login_ticket
            where tenant_id = :tenant and id = :id and secret_hash = :hash and expires_at > :now
            """;

    Optional<Ticket> findTicket(Tx tx, OpaqueToken token, Instant now) {
        return tx.query(FIND_TICKET)
                .bind("id", token.id())
                .bind("hash", token.hash())
                .bind("now", now)
                .map((row, context) -> {
                    OffsetDateTime end = row.getObject("session_ends_at", OffsetDateTime.class);
                    return new Ticket(
                            row.getObject("id", UUID.class),
                            new AgentId(row.getObject("agent_id", UUID.class)),
                            Purpose.valueOf(row.getString("purpose").toUpperCase(java.util.Locale.ROOT)),
                            row.getString("email"),
                            row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                            end == null ? null : end.toInstant());
                })
                .findOne();
    }

    private static final String USE_TICKET = """
            delete from {schema}.login_ticket
            where tenant_id = :tenant and id = :id
            """;

    /** Whether the ticket was there until now: of two who use it at once one is told so. */
    boolean useTicket(Tx tx, UUID id) {
        return tx.update(USE_TICKET).bind("id", id).execute() == 1;
    }

    private static final String PURGE_TICKETS = """
            delete from {schema}.login_ticket
            where tenant_id = :tenant and expires_at <= :now
            """;

    void purge(Tx tx, Instant now) {
        tx.update(PURGE_TICKETS).bind("now", now).execute();
    }
}
