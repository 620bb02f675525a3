package io.insightdesk.tenant.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses tenants that may not be used now, and knows how many requests plans allow. Each node remembers both for {@link #KEPT}; such
 * tenants are few, so one statement asks for all. Thread-safe.
 */
final class TenantGate {

    /** How long another node's word may take. */
    static final Duration KEPT = Duration.ofSeconds(5);

    private final Database database;
    private final TenantStore store;
    private final LongSupplier nanoTime;
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Known known;

    private record Known(TenantStore.Gates gates, long readAt) {}

    TenantGate(Database database, TenantStore store, LongSupplier nanoTime) {
        this.database = database;
        this.store = store;
        this.nanoTime = nanoTime;
    }

    /** What is known of tenants, as it was no longer than {@link #KEPT} ago. */
    private TenantStore.Gates gates() {
        Known fresh = fresh();
        if (fresh != null) {
            return fresh.gates();
        }
        long before = changes.get();
        Known read = new Known(database.single(store::gates), nanoTime.getAsLong());
        if (before == changes.get()) {
            known = read;
        }
        return read.gates();
    }

    /** The tenants that may not be used. */
    Set<TenantId> suspended() {
        return gates().suspended();
    }

    /** How many requests a tenant's plan allows in a minute; empty where it does not say. */
    OptionalInt requestsPerMinute(TenantId tenant) {
        Integer most = gates().requestsPerMinute().get(tenant);
        return most == null ? OptionalInt.empty() : OptionalInt.of(most);
    }

    private @Nullable Known fresh() {
        Known last = known;
        return last != null && nanoTime.getAsLong() - last.readAt() < KEPT.toNanos() ? last : null;
    }

    /** Reads it anew with the next call: something changed. */
    void forget() {
        changes.incrementAndGet();
        known = null;
    }

    /** The same transactions, closed to tenants that may not be used. */
    Transactions before(Transactions transactions) {
        return new Gated(transactions);
    }

    private void admit(UUID tenant, Transactions transactions) {
        Set<TenantId> suspended;
        if (transactions.joinsAnother() && fresh() == null) {
            // No other connection is taken beside a host's, and what its snapshot shows may be too old to be
            // remembered.
            suspended = transactions.run(tenant, store::gates).suspended();
        } else {
            suspended = gates().suspended();
        }
        if (suspended.contains(new TenantId(tenant))) {
            throw AccessDeniedException.tenantSuspended(tenant.toString());
        }
    }

    private final class Gated implements Transactions {

        private final Transactions transactions;

        Gated(Transactions transactions) {
            this.transactions = transactions;
        }

        @Override
        public void admit(UUID tenant) {
            TenantGate.this.admit(tenant, transactions);
        }

        @Override
        public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
            admit(tenant);
            return transactions.run(tenant, work);
        }

        @Override
        public <T extends @Nullable Object> T read(UUID tenant, TxWork<T> work) {
            admit(tenant);
            return transactions.read(tenant, work);
        }

        @Override
        public boolean joinsAnother() {
            return transactions.joinsAnother();
        }
    }
}
