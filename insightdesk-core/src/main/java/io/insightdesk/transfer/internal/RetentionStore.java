package io.insightdesk.transfer.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.transfer.RetentionKind;
import io.insightdesk.transfer.RetentionRule;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** SQL of rules of retention. */
final class RetentionStore {

    private static final String LIST = """
            select kind, days, updated_at, last_run_at, last_count
            from {schema}.retention_rule
            where tenant_id = :tenant
            order by kind
            """;

    List<RetentionRule> list(Tx tx) {
        return tx.query(LIST).map((row, context) -> rule(row)).list();
    }

    private static final String SET = """
            insert into {schema}.retention_rule as r (tenant_id, kind, days, updated_at)
            values (:tenant, :kind, :days, :now)
            on conflict (tenant_id, kind) do update
            set days = excluded.days, updated_at = case when r.days = excluded.days then r.updated_at else excluded.updated_at end
            returning kind, days, updated_at, last_run_at, last_count
            """;

    RetentionRule set(Tx tx, RetentionKind kind, int days, Instant now) {
        return tx.query(SET)
                .bind("kind", kind.wireName())
                .bind("days", days)
                .bind("now", now)
                .map((row, context) -> rule(row))
                .one();
    }

    private static final String REMOVE = """
            delete from {schema}.retention_rule
            where tenant_id = :tenant and kind = :kind
            """;

    boolean remove(Tx tx, RetentionKind kind) {
        return tx.update(REMOVE).bind("kind", kind.wireName()).execute() == 1;
    }

    private static final String LOCK = """
            select kind, days, updated_at, last_run_at, last_count
            from {schema}.retention_rule
            where tenant_id = :tenant and kind = :kind
            for share
            """;

    /** Reads a rule, and has whoever changes it wait: no batch goes by a rule that is no longer there. */
    Optional<RetentionRule> lock(Tx tx, RetentionKind kind) {
        return tx.query(LOCK)
                .bind("kind", kind.wireName())
                .map((row, context) -> rule(row))
                .findOne();
    }

    private static final String APPLIED = """
            update {schema}.retention_rule
            set last_run_at = :now, last_count = :count
            where tenant_id = :tenant and kind = :kind
            """;

    void applied(Tx tx, RetentionKind kind, long count, Instant now) {
        tx.update(APPLIED)
                .bind("kind", kind.wireName())
                .bind("count", count)
                .bind("now", now)
                .execute();
    }

    private static RetentionRule rule(ResultSet row) throws SQLException {
        OffsetDateTime lastRun = row.getObject("last_run_at", OffsetDateTime.class);
        return new RetentionRule(
                RetentionKind.of(row.getString("kind")),
                Duration.ofDays(row.getInt("days")),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                lastRun == null ? null : lastRun.toInstant(),
                row.getObject("last_count", Long.class));
    }
}
