package io.insightdesk.tenant.internal;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.OwnTenant;
import io.insightdesk.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Builds the tenants' services from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class TenantFeature {

    /** After how long every node knows that a tenant is suspended, or goes on. */
    public static final Duration KNOWN_AFTER = TenantGate.KEPT;

    private final TenantGate gate;
    private final TenantService tenants;

    /** Where changes of tenants are written down; the event log is above this feature. */
    @FunctionalInterface
    public interface ChangeLog {

        /** Appends an event in the transaction of the change. */
        void append(Tx tx, Scope scope, String type, Map<String, ?> payload);
    }

    /** Makes the feature without a log of changes. */
    public TenantFeature(Database database, Clock clock) {
        this(database, clock, (tx, scope, type, payload) -> {});
    }

    /** Makes the feature. */
    public TenantFeature(Database database, Clock clock, ChangeLog log) {
        TenantStore store = new TenantStore();
        this.gate = new TenantGate(database, store, System::nanoTime);
        this.tenants = new TenantService(database, store, clock, gate, new SlugCache(System::nanoTime), log);
    }

    /** The service. */
    public Tenants tenants() {
        return tenants;
    }

    /** The tenant of a scope. */
    public OwnTenant ownTenant(Scope scope) {
        return new OwnTenantService(scope, tenants);
    }

    /** The same transactions, closed to tenants that are suspended. */
    public Transactions gated(Transactions transactions) {
        return gate.before(transactions);
    }

    /** Has this node see at once that a tenant may no longer be used. */
    public void forgetSuspended() {
        gate.forget();
    }

    /** How long a ticket of the scope's tenant stays resolved before it closes. */
    public Duration closeResolvedAfter(Scope scope, Duration otherwise) {
        Duration own = tenants.get(scope).settings().closeResolvedAfter();
        return own == null ? otherwise : own;
    }
}
