package io.insightdesk.ticket.internal;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives out ticket numbers: unique, and in the order of creation to within a second, without a row that all creators wait for.
 *
 * <p>Up to ten tickets a second and tenant, each number is taken by a short transaction of its own before the business one.
 * Above that, a node takes as many at once as it used in the second before; what is left of such a block expires after a second.
 * Inside another's transaction, and with no block at hand, the counter row is changed in that transaction; then the tenant's
 * other creators wait for its end.
 */
final class TicketNumbers {

    private static final int BLOCKS_ABOVE_PER_SECOND = 10;
    private static final int MAX_BLOCK = 5_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final String TAKE = """
            insert into {schema}.ticket_number as n (tenant_id, last)
            values (:tenant, :count)
            on conflict (tenant_id) do update set last = n.last + :count
            returning last
            """;

    private final Map<UUID, PerTenant> tenants = new ConcurrentHashMap<>();

    /** Takes a number before a business transaction begins; empty where one is running already: then see {@link #takeIn}. */
    OptionalLong takeBefore(Scope scope) {
        if (scope.transactions().joinsAnother()) {
            return OptionalLong.empty();
        }
        UUID tenant = scope.tenant().value();
        return OptionalLong.of(
                tenants.computeIfAbsent(tenant, id -> new PerTenant()).take(scope));
    }

    /** Takes a number inside a running transaction. */
    long takeIn(Tx tx) {
        PerTenant known = tenants.get(tx.tenant());
        OptionalLong atHand = known == null ? OptionalLong.empty() : known.poll();
        return atHand.isPresent() ? atHand.getAsLong() : reserve(tx, 1);
    }

    /** Takes some successive numbers; answers the greatest. */
    private static long reserve(Tx tx, int count) {
        return tx.query(TAKE).bind("count", count).mapTo(Long.class).one();
    }

    private static final class PerTenant {

        private volatile @Nullable Block block;
        private long windowStart = System.nanoTime();
        private int usedInWindow;
        private int usedBefore;

        /** Never waits: callers may hold the only connection. */
        OptionalLong poll() {
            Block current = block;
            return current == null ? OptionalLong.empty() : current.poll();
        }

        synchronized long take(Scope scope) {
            count();
            OptionalLong atHand = poll();
            if (atHand.isPresent()) {
                return atHand.getAsLong();
            }
            int wanted = usedBefore > BLOCKS_ABOVE_PER_SECOND ? Math.min(usedBefore, MAX_BLOCK) : 1;
            long last = scope.run(tx -> reserve(tx, wanted));
            if (wanted > 1) {
                block = new Block(last - wanted + 2, last, System.nanoTime() + SECOND);
            }
            return last - wanted + 1;
        }

        private void count() {
            long elapsed = System.nanoTime() - windowStart;
            if (elapsed >= SECOND) {
                usedBefore = elapsed < 2 * SECOND ? usedInWindow : 0;
                usedInWindow = 0;
                windowStart = System.nanoTime();
            }
            usedInWindow++;
        }
    }

    private static final class Block {

        private final AtomicLong next;
        private final long last;
        private final long expiresAt;

        Block(long first, long last, long expiresAt) {
            this.next = new AtomicLong(first);
            this.last = last;
            this.expiresAt = expiresAt;
        }

        OptionalLong poll() {
            if (System.nanoTime() - expiresAt >= 0) {
                return OptionalLong.empty();
            }
            long number = next.getAndIncrement();
            return number <= last ? OptionalLong.of(number) : OptionalLong.empty();
        }
    }
}
