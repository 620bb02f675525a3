package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of long operations. */
final class OperationStore {

    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    /** An operation without what its job knows. */
    record Stored(
            OperationId id,
            OperationKind kind,
            @Nullable CustomerId about,
            Map<String, Long> counts,
            @Nullable Blob result,
            @Nullable Instant expiresAt,
            Instant createdAt,
            @Nullable Instant finishedAt,
            boolean cancelled) {

        /** Whom an operation about a person is about. */
        CustomerId customer() {
            return requireNonNull(about, "about");
        }
    }

    private static final String INSERT = """
            insert into {schema}.operation (tenant_id, id, kind, customer_id, created_at)
            values (:tenant, :id, :kind, :customer, :now)
            """;

    Stored insert(Tx tx, OperationId id, OperationKind kind, @Nullable CustomerId customer, Instant now) {
        tx.update(INSERT)
                .bind("id", id.value())
                .bind("kind", kind.wireName())
                .bindByType("customer", customer == null ? null : customer.value(), UUID.class)
                .bind("now", now)
                .execute();
        return new Stored(id, kind, customer, Map.of(), null, null, now, null, false);
    }

    private static final String FIND = """
            select o.id, o.kind, o.customer_id, o.counts, o.expires_at, o.created_at, o.finished_at, o.cancelled,
              b.id as blob_id, b.size, b.sha256
            from {schema}.operation o
            left join {schema}.blob b on b.tenant_id = o.tenant_id and b.id = o.result_blob_id and b.state = 'stored'
            where o.tenant_id = :tenant and o.id = :id and o.kind in ('person_export', 'person_erasure', 'ticket_change')
            """;

    Optional<Stored> find(Tx tx, OperationId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String COUNT = """
            update {schema}.operation
            set counts = counts || jsonb_build_object(:name::text, coalesce((counts ->> :name)::bigint, 0) + :more)
            where tenant_id = :tenant and id = :id
            """;

    /** Adds to one of the counts, in the transaction of what is counted. */
    void count(Tx tx, OperationId id, String name, long more) {
        if (more > 0) {
            tx.update(COUNT)
                    .bind("id", id.value())
                    .bind("name", name)
                    .bind("more", more)
                    .execute();
        }
    }

    private static final String FINISH = """
            update {schema}.operation
            set finished_at = :now, result_blob_id = :blob, expires_at = :expiresAt
            where tenant_id = :tenant and id = :id and finished_at is null
            """;

    /** Ends an operation; false where it has ended. */
    boolean finish(Tx tx, OperationId id, @Nullable BlobId result, @Nullable Instant expiresAt, Instant now) {
        return tx.update(FINISH)
                        .bind("id", id.value())
                        .bindByType("blob", result == null ? null : result.value(), UUID.class)
                        .bindByType("expiresAt", expiresAt, Instant.class)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static final String CANCEL = """
            update {schema}.operation
            set finished_at = :now, cancelled = true
            where tenant_id = :tenant and id = :id and finished_at is null
            """;

    /** Ends an operation before it is done; false where it has ended. */
    boolean cancel(Tx tx, OperationId id, Instant now) {
        return tx.update(CANCEL).bind("id", id.value()).bind("now", now).execute() == 1;
    }

    private static final String LOCK = """
            select finished_at is null
            from {schema}.operation
            where tenant_id = :tenant and id = :id
            for no key update
            """;

    /** Locks an operation until the end of the transaction; whether there is one that goes on. */
    boolean lockIfGoingOn(Tx tx, OperationId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    private static final String TAKE_RESULTS_OF = """
            with gone as (
              select id, result_blob_id
              from {schema}.operation
              where tenant_id = :tenant and customer_id = :customer and result_blob_id is not null
              for update)
            update {schema}.operation o
            set result_blob_id = null, expires_at = null
            from gone
            where o.tenant_id = :tenant and o.id = gone.id
            returning gone.result_blob_id
            """;

    /** Takes the files of a customer's operations from them; answers which. */
    List<BlobId> takeResultsOf(Tx tx, CustomerId customer) {
        return blobs(tx.query(TAKE_RESULTS_OF).bind("customer", customer.value()));
    }

    private static final String TAKE_EXPIRED = """
            with gone as (
              select id, result_blob_id
              from {schema}.operation
              where tenant_id = :tenant and result_blob_id is not null and expires_at < :now
              order by expires_at
              limit :limit
              for update skip locked)
            update {schema}.operation o
            set result_blob_id = null, expires_at = null
            from gone
            where o.tenant_id = :tenant and o.id = gone.id
            returning gone.result_blob_id
            """;

    /** Takes files that were kept for long enough from their operations; answers which. */
    List<BlobId> takeExpired(Tx tx, Instant now, int limit) {
        return blobs(tx.query(TAKE_EXPIRED).bind("now", now).bind("limit", limit));
    }

    private static List<BlobId> blobs(org.jdbi.v3.core.statement.Query query) {
        return query.map((row, context) -> new BlobId(row.getObject(1, UUID.class)))
                .list();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        UUID blob = row.getObject("blob_id", UUID.class);
        UUID customer = row.getObject("customer_id", UUID.class);
        OffsetDateTime expires = row.getObject("expires_at", OffsetDateTime.class);
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new Stored(
                new OperationId(row.getObject("id", UUID.class)),
                OperationKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                customer == null ? null : new CustomerId(customer),
                Json.read(row.getString("counts"), COUNTS),
                blob == null
                        ? null
                        : new Blob(
                                new BlobId(blob),
                                row.getLong("size"),
                                HexFormat.of().formatHex(row.getBytes("sha256"))),
                expires == null ? null : expires.toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getBoolean("cancelled"));
    }
}
