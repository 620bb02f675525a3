package io.insightdesk.limit.internal;

import io.insightdesk.internal.db.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts in a table that is not logged: after a crash of the server all buckets are full. */
final class PostgresLimits implements LimitStore {

    private final Database database;

    PostgresLimits(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "postgresql";
    }

    // In the order of the keys, so that two nodes that settle the same buckets do not wait for each other in a circle.
    private static final String SETTLE = """
            insert into {schema}.rate_limit as kept (bucket, balance, capacity, per_second, changed_at)
            select use.bucket, greatest(use.capacity - use.used, -use.capacity), use.capacity, use.per_second, clock_timestamp()
            from unnest(:buckets::text[], :used::float8[], :capacities::float8[], :rates::float8[])
              as use (bucket, used, capacity, per_second)
            order by use.bucket
            on conflict (bucket) do update
            set balance = greatest(
                  least(
                    excluded.capacity,
                    kept.balance + excluded.capacity - kept.capacity + excluded.per_second
                      * greatest(extract(epoch from excluded.changed_at - kept.changed_at), 0))
                    - (excluded.capacity - excluded.balance),
                  -excluded.capacity),
                capacity = excluded.capacity,
                per_second = excluded.per_second,
                changed_at = greatest(kept.changed_at, excluded.changed_at)
            returning bucket, balance
            """;

    @Override
    public List<Double> settle(List<Use> uses) {
        String[] buckets = uses.stream().map(Use::key).toArray(String[]::new);
        Double[] used = uses.stream().map(use -> (double) use.used()).toArray(Double[]::new);
        Double[] capacities =
                uses.stream().map(use -> (double) use.limit().permits()).toArray(Double[]::new);
        Double[] rates = uses.stream().map(Use::perSecond).toArray(Double[]::new);
        Map<String, Double> left = database.single(tx -> tx.query(SETTLE)
                .bind("buckets", buckets)
                .bind("used", used)
                .bind("capacities", capacities)
                .bind("rates", rates)
                .reduceRows(new HashMap<>(), (map, row) -> {
                    map.put(row.getColumn("bucket", String.class), row.getColumn("balance", Double.class));
                    return map;
                }));
        return uses.stream().map(use -> left.getOrDefault(use.key(), 0.0)).toList();
    }

    private static final String PURGE = """
            delete from {schema}.rate_limit
            where balance + per_second * extract(epoch from clock_timestamp() - changed_at) >= capacity
            """;

    /** Forgets the buckets that are full again, which are as good as unknown; answers how many. */
    int purge() {
        return database.single(tx -> tx.update(PURGE).execute());
    }
}
