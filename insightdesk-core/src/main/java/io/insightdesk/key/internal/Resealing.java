package io.insightdesk.key.internal;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.SealedSecrets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what is sealed under older keys, and seals it under the current one. Keys are asked outside of transactions. */
final class Resealing implements SealedSecrets {

    private static final Logger log = LoggerFactory.getLogger(Resealing.class);
    private static final int AT_ONCE = 100;

    private final Database database;
    private final SecretBox box;
    private final KeyFeature.TenantIds tenants;
    private final List<KeyFeature.SealedColumn> columns;

    Resealing(Database database, SecretBox box, KeyFeature.TenantIds tenants, List<KeyFeature.SealedColumn> columns) {
        this.database = database;
        this.box = box;
        this.tenants = tenants;
        this.columns = columns;
    }

    /** A secret, and where its row is at this moment. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    private record Row(String place, byte[] sealed) {}

    @Override
    public long underOlderKeys() {
        byte[] current = box.currentMark();
        return forEachTenant(tenant -> columns.stream()
                .mapToLong(column -> database.run(tenant, tx -> count(tx, column, current)))
                .sum());
    }

    @Override
    public long reseal() {
        // Asked first, so that a missing key is an error also where there are no secrets.
        byte[] current = box.currentMark();
        List<InsightDeskException> failures = new CopyOnWriteArrayList<>();
        long done = forEachTenant(tenant -> columns.stream()
                .mapToLong(column -> reseal(tenant, column, current, failures))
                .sum());
        if (done > 0) {
            log.info("{} secrets were encrypted anew under the current key; {} are left", done, failures.size());
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return done;
    }

    private long forEachTenant(ToLongFunction<UUID> work) {
        long sum = 0;
        @Nullable UUID after = null;
        List<UUID> some;
        do {
            some = tenants.after(after);
            for (UUID tenant : some) {
                sum += work.applyAsLong(tenant);
                after = tenant;
            }
        } while (!some.isEmpty());
        return sum;
    }

    private long reseal(
            UUID tenant, KeyFeature.SealedColumn column, byte[] current, List<InsightDeskException> failures) {
        long done = 0;
        String after = "(0,0)";
        List<Row> rows;
        do {
            String from = after;
            rows = database.run(tenant, tx -> list(tx, column, current, from));
            for (Row row : rows) {
                after = row.place();
                try {
                    byte[] anew = box.seal(tenant, column.purpose(), box.open(tenant, column.purpose(), row.sealed()));
                    done += database.run(tenant, tx -> replace(tx, column, row, anew));
                } catch (InsightDeskException e) {
                    // The others are worth doing all the same; whoever asked is told in the end.
                    log.warn("A secret of tenant {} in {} stays under its older key", tenant, column.table(), e);
                    failures.add(e);
                }
            }
        } while (rows.size() == AT_ONCE);
        return done;
    }

    private static final String COUNT = """
            select count(*)
            from {schema}.%1$s
            where tenant_id = :tenant and %2$s is not null
              and substring(%2$s from 2 for length(:current)) <> :current
            """;

    private static long count(Tx tx, KeyFeature.SealedColumn column, byte[] current) {
        return tx.query(sql(COUNT, column))
                .bind("current", current)
                .mapTo(Long.class)
                .one();
    }

    private static final String LIST = """
            select ctid::text as place, %2$s as sealed
            from {schema}.%1$s
            where tenant_id = :tenant and %2$s is not null
              and substring(%2$s from 2 for length(:current)) <> :current and ctid > :after::tid
            order by ctid
            limit :limit
            """;

    private static List<Row> list(Tx tx, KeyFeature.SealedColumn column, byte[] current, String after) {
        return tx.query(sql(LIST, column))
                .bind("current", current)
                .bind("after", after)
                .bind("limit", AT_ONCE)
                .map((row, context) -> new Row(row.getString("place"), row.getBytes("sealed")))
                .list();
    }

    /** What somebody else sealed meanwhile has another content and stays. */
    private static final String REPLACE = """
            update {schema}.%1$s
            set %2$s = :anew
            where tenant_id = :tenant and ctid = :place::tid and %2$s = :before
            """;

    private static int replace(Tx tx, KeyFeature.SealedColumn column, Row row, byte[] anew) {
        return tx.update(sql(REPLACE, column))
                .bind("anew", anew)
                .bind("place", row.place())
                .bind("before", row.sealed())
                .execute();
    }

    private static String sql(String template, KeyFeature.SealedColumn column) {
        return template.formatted(column.table(), column.column());
    }
}
