package io.insightdesk.identity.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.limit.AddressRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of API tokens. */
final class ApiTokenStore {

    private static final String INSERT = """
            insert into {schema}.api_token (
              tenant_id, id, name, agent_id, role, secret_hash, hint, created_at, expires_at, requests_per_minute,
              address_ranges)
            values (
              :tenant, :id, :name, :agentId, :role, :secretHash, :hint, :createdAt, :expiresAt, :requestsPerMinute,
              :addressRanges)
            """;

    void insert(Tx tx, ApiToken token, byte[] secretHash) {
        AgentId agent = token.agent();
        tx.update(INSERT)
                .bind("id", token.id().value())
                .bind("name", token.name())
                .bindByType("agentId", agent == null ? null : agent.value(), UUID.class)
                .bind("role", token.role().wireName())
                .bind("secretHash", secretHash)
                .bind("hint", token.hint())
                .bind("createdAt", token.createdAt())
                .bindByType("expiresAt", token.expiresAt(), Instant.class)
                .bindByType("requestsPerMinute", token.requestsPerMinute(), Integer.class)
                .bind(
                        "addressRanges",
                        token.addressRanges().stream()
                                .map(AddressRange::toString)
                                .toArray(String[]::new))
                .execute();
    }

    private static final String SELECT = """
            select id, name, agent_id, role, hint, created_at, expires_at, revoked_at, last_used_at,
              requests_per_minute, address_ranges
            from {schema}.api_token
            where tenant_id = :tenant
            """;

    private static final String LOCK = SELECT + " and id = :id for no key update";

    Optional<ApiToken> lock(Tx tx, ApiTokenId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .map((row, context) -> token(row))
                .findOne();
    }

    private static final String LIST = SELECT + """
             and id > :after
            order by id
            limit :limit
            """;

    List<ApiToken> list(Tx tx, UUID after, int limit) {
        return tx.query(LIST)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> token(row))
                .list();
    }

    private static final String REVOKE = """
            update {schema}.api_token
            set revoked_at = :now
            where tenant_id = :tenant and id = :id
            """;

    void revoke(Tx tx, ApiTokenId id, Instant now) {
        tx.update(REVOKE).bind("id", id.value()).bind("now", now).execute();
    }

    /** Who a token that is good now stands for. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Credential(
            byte[] secretHash,
            String name,
            @Nullable UUID agentId,
            @Nullable String agentName,
            boolean touch,
            @Nullable Integer requestsPerMinute,
            List<AddressRange> addressRanges) {}

    private static final String CREDENTIAL = """
            select k.secret_hash, k.name, k.agent_id, a.name as agent_name,
              k.last_used_at is null or k.last_used_at < :stale as touch,
              k.requests_per_minute, k.address_ranges
            from {schema}.api_token k
            left join {schema}.agent a on a.tenant_id = k.tenant_id and a.id = k.agent_id
            where k.tenant_id = :tenant and k.id = :id and k.revoked_at is null
              and (k.expires_at is null or k.expires_at > :now)
              and (k.agent_id is null or a.active)
            """;

    Optional<Credential> credential(Tx tx, ApiTokenId id, Instant now, Duration touchEvery) {
        return tx.query(CREDENTIAL)
                .bind("id", id.value())
                .bind("now", now)
                .bind("stale", now.minus(touchEvery))
                .map((row, context) -> new Credential(
                        row.getBytes("secret_hash"),
                        row.getString("name"),
                        row.getObject("agent_id", UUID.class),
                        row.getString("agent_name"),
                        row.getBoolean("touch"),
                        row.getObject("requests_per_minute", Integer.class),
                        ranges(row)))
                .findOne();
    }

    private static final String REVOKE_ALL = """
            update {schema}.api_token
            set revoked_at = :now
            where tenant_id = :tenant and agent_id = :agent and revoked_at is null
            returning id
            """;

    /** Ends all tokens that act as an agent; answers which. */
    List<ApiTokenId> revokeAll(Tx tx, AgentId agent, Instant now) {
        return tx.query(REVOKE_ALL)
                .bind("agent", agent.value())
                .bind("now", now)
                .mapTo(UUID.class)
                .map(ApiTokenId::new)
                .list();
    }

    private static final String TOUCH = """
            update {schema}.api_token
            set last_used_at = :now
            where tenant_id = :tenant and id in (
              select id
              from {schema}.api_token
              where tenant_id = :tenant and id = :id
              for no key update skip locked)
            """;

    /** Notes the use; not when somebody else has the row at this moment, for it is not worth a wait. */
    void touch(Tx tx, ApiTokenId id, Instant now) {
        tx.update(TOUCH).bind("id", id.value()).bind("now", now).execute();
    }

    private static ApiToken token(ResultSet row) throws SQLException {
        UUID agent = row.getObject("agent_id", UUID.class);
        return new ApiToken(
                new ApiTokenId(row.getObject("id", UUID.class)),
                row.getString("name"),
                agent == null ? null : new AgentId(agent),
                Role.of(row.getString("role")),
                row.getString("hint"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"),
                row.getObject("requests_per_minute", Integer.class),
                ranges(row));
    }

    private static List<AddressRange> ranges(ResultSet row) throws SQLException {
        String[] texts = (String[]) row.getArray("address_ranges").getArray();
        return Arrays.stream(texts).map(AddressRange::of).toList();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
