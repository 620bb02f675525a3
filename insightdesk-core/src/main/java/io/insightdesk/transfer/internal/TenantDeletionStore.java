package io.insightdesk.transfer.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.transfer.TenantDeletion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of deletions, in transactions across tenants. */
final class TenantDeletionStore {

    private static final String BEGIN = """
            select {schema}.begin_tenant_deletion(:target, :now)
            """;

    /** False where there is no such tenant, or its deletion was begun before. */
    boolean begin(Tx tx, TenantId tenant, Instant now) {
        return tx.query(BEGIN)
                .bind("target", tenant.value())
                .bind("now", now)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String FIND = """
            select tenant, slug_sha256, requested_at, removed::text as removed, finished_at, proof::text as proof
            from {schema}.tenant_deletion
            where tenant = :target
            """;

    Optional<TenantDeletion> find(Tx tx, TenantId tenant) {
        return tx.query(FIND)
                .bind("target", tenant.value())
                .map((row, context) -> deletion(row))
                .findOne();
    }

    private static TenantDeletion deletion(ResultSet row) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new TenantDeletion(
                new TenantId(row.getObject("tenant", UUID.class)),
                HexFormat.of().formatHex(row.getBytes("slug_sha256")),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                counts(row.getString("removed")),
                finished == null ? null : finished.toInstant(),
                counts(row.getString("proof")));
    }

    private static Map<String, Long> counts(@Nullable String json) {
        return json == null ? Map.of() : Json.read(json, new TypeReference<Map<String, Long>>() {});
    }

    private static final String SUSPENDED_FOR = """
            select (extract(epoch from clock_timestamp() - since) * 1000)::bigint
            from {schema}.tenant_suspension
            where tenant = :target
            """;

    /** For how long, by the database's clock, the tenant has been refused; empty once its deletion is done. */
    Optional<Duration> suspendedFor(Tx tx, TenantId tenant) {
        return tx.query(SUSPENDED_FOR)
                .bind("target", tenant.value())
                .mapTo(Long.class)
                .findOne()
                .map(Duration::ofMillis);
    }

    private static final String CANCEL_JOBS = """
            update {schema}.job
            set cancel_asked = true
            where tenant_id = :target and state = 'running'
            """;

    /** Asks the workers of jobs that run to stop; answers how many there are. */
    int cancelRunning(Tx tx, TenantId tenant) {
        return tx.update(CANCEL_JOBS).bind("target", tenant.value()).execute();
    }

    private static final String TABLES = """
            select name
            from {schema}.tenant_tables()
            """;

    private static final String REFERENCES = """
            select child.relname as child, parent.relname as parent
            from pg_constraint k
            join pg_class child on child.oid = k.conrelid
            join pg_class parent on parent.oid = k.confrelid
            where k.contype = 'f' and k.connamespace = '{schema}'::regnamespace and child.oid <> parent.oid
            """;

    /** All tables that hold rows of tenants, in the order in which they are emptied. */
    List<String> tables(Tx tx) {
        Set<String> tables = new TreeSet<>(tx.query(TABLES).mapTo(String.class).list());
        Map<String, Set<String>> parents = new HashMap<>();
        tx.query(REFERENCES)
                .map((row, context) -> Map.entry(row.getString("child"), row.getString("parent")))
                .forEach(one -> parents.computeIfAbsent(one.getKey(), any -> new TreeSet<>())
                        .add(one.getValue()));
        return TableOrder.childrenFirst(tables, parents);
    }

    private static final String DELETE = """
            select {schema}.delete_tenant_rows(:target, :table, :limit)
            """;

    /** Removes at most so many rows from a table and notes them; answers how many. */
    long delete(Tx tx, TenantId tenant, String table, int limit) {
        long gone = tx.query(DELETE)
                .bind("target", tenant.value())
                .bind("table", table)
                .bind("limit", limit)
                .mapTo(Long.class)
                .one();
        if (gone > 0) {
            note(tx, tenant, table, gone);
        }
        return gone;
    }

    private static final String NOTE = """
            update {schema}.tenant_deletion
            set removed = removed || jsonb_build_object(:table::text, coalesce((removed ->> :table)::bigint, 0) + :rows)
            where tenant = :target
            """;

    void note(Tx tx, TenantId tenant, String table, long rows) {
        tx.update(NOTE)
                .bind("target", tenant.value())
                .bind("table", table)
                .bind("rows", rows)
                .execute();
    }

    private static final String SET_FENCE = """
            update {schema}.tenant_deletion
            set fence = coalesce(fence, pg_current_xact_id())
            where tenant = :target
            """;

    private static final String PAST_FENCE = """
            select fence < pg_snapshot_xmin(pg_current_snapshot())
            from {schema}.tenant_deletion
            where tenant = :target
            """;

    /** Remembers the first transaction that began when the tenant was gone. */
    void setFence(Tx tx, TenantId tenant) {
        tx.update(SET_FENCE).bind("target", tenant.value()).execute();
    }

    /** Whether all transactions have ended that may have seen the tenant. */
    boolean pastFence(Tx tx, TenantId tenant) {
        return tx.query(PAST_FENCE)
                .bind("target", tenant.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String COUNT = """
            select name, rows_left
            from {schema}.count_tenant_rows(:target)
            """;

    private static final String FINISH = """
            update {schema}.tenant_deletion
            set proof = :proof::jsonb, finished_at = :now
            where tenant = :target and finished_at is null
            """;

    private static final String FORGET_SUSPENSION = """
            delete from {schema}.tenant_suspension
            where tenant = :target
            """;

    /** Counts what is left in every table, and ends the deletion where that is nothing; answers the tables that have something. */
    Map<String, Long> prove(Tx tx, TenantId tenant, Instant now) {
        Map<String, Long> found = new TreeMap<>();
        tx.query(COUNT)
                .bind("target", tenant.value())
                .map((row, context) -> Map.entry(row.getString("name"), row.getLong("rows_left")))
                .forEach(one -> found.put(one.getKey(), one.getValue()));
        Map<String, Long> left = new TreeMap<>(found);
        left.values().removeIf(rows -> rows == 0);
        if (left.isEmpty()) {
            tx.update(FINISH)
                    .bind("target", tenant.value())
                    .bind("proof", Json.write(found))
                    .bind("now", now)
                    .execute();
            tx.update(FORGET_SUSPENSION).bind("target", tenant.value()).execute();
        }
        return left;
    }
}
