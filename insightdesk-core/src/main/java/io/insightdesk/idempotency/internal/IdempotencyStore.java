package io.insightdesk.idempotency.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/** SQL of remembered answers. */
final class IdempotencyStore {

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private static final String TRY_LOCK = """
            select pg_try_advisory_xact_lock(:lock)
            """;

    /** A statement of its own, before the row is looked for: what the lock's last holder wrote is seen only after it. */
    boolean tryLock(Tx tx, long lock) {
        return tx.query(TRY_LOCK).bind("lock", lock).mapTo(Boolean.class).one();
    }

    /** What is kept of a request. */
    record Kept(String requestHash, RememberedAnswer answer, Instant createdAt) {}

    private static final String FIND = """
            select encode(request_hash, 'hex') as request_hash, status, headers, body, created_at
            from {schema}.idempotency_key
            where tenant_id = :tenant and scope = :scope
            """;

    Optional<Kept> find(Tx tx, byte[] scope) {
        return tx.query(FIND)
                .bind("scope", scope)
                .map((row, context) -> new Kept(
                        row.getString("request_hash"),
                        new RememberedAnswer(
                                row.getInt("status"),
                                Json.read(row.getString("headers"), HEADERS),
                                new String(row.getBytes("body"), StandardCharsets.UTF_8)),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .findOne();
    }

    private static final String INSERT = """
            insert into {schema}.idempotency_key (
              tenant_id, scope, request_hash, status, headers, body, created_at)
            values (
              :tenant, :scope, :requestHash, :status, :headers::jsonb, :body, :now)
            """;

    void insert(Tx tx, byte[] scope, byte[] requestHash, RememberedAnswer answer, Instant now) {
        tx.update(INSERT)
                .bind("scope", scope)
                .bind("requestHash", requestHash)
                .bind("status", answer.status())
                .bind("headers", Json.write(answer.headers()))
                .bind("body", answer.body().getBytes(StandardCharsets.UTF_8))
                .bind("now", now)
                .execute();
    }

    private static final String DELETE = """
            delete from {schema}.idempotency_key
            where tenant_id = :tenant and scope = :scope
            """;

    void delete(Tx tx, byte[] scope) {
        tx.update(DELETE).bind("scope", scope).execute();
    }

    private static final String PURGE = """
            delete from {schema}.idempotency_key
            where tenant_id = :tenant and scope = any(array(
              select scope
              from {schema}.idempotency_key
              where tenant_id = :tenant and created_at < :before
              limit :limit))
            """;

    int purge(Tx tx, Instant before, int limit) {
        return tx.update(PURGE).bind("before", before).bind("limit", limit).execute();
    }
}
