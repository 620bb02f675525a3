package io.insightdesk.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.Origin;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * In which tenant, as whom, and in which transactions a service works. One per {@code Desk}.
 *
 * @param tenant the tenant
 * @param actor who acts
 * @param authority what the actor may do
 * @param transactions where transactions come from
 * @param clock the time that users see
 * @param requestId the request this belongs to, for events and logs
 * @param origin where the actor is, for the audit trail
 */
public record Scope(
        TenantId tenant,
        Actor actor,
        Authority authority,
        Transactions transactions,
        Clock clock,
        @Nullable String requestId,
        Origin origin) {

    /** A scope of an actor who is nowhere in particular. */
    public Scope(
            TenantId tenant,
            Actor actor,
            Authority authority,
            Transactions transactions,
            Clock clock,
            @Nullable String requestId) {
        this(tenant, actor, authority, transactions, clock, requestId, Origin.UNKNOWN);
    }

    /** Runs work in a transaction of this scope. */
    public <T extends @Nullable Object> T run(TxWork<T> work) {
        return transactions.run(tenant.value(), work);
    }

    /**
     * Runs work that only reads in a transaction of this scope, at a replica where there is one that shows all that this caller has
     * written and seen. For lists and reports, which may lack the newest of others; never for what decides who may do what.
     */
    public <T extends @Nullable Object> T read(TxWork<T> work) {
        return transactions.read(tenant.value(), work);
    }

    /**
     * What the actor may do now; refused in a tenant that may not be used. Asked once for each call: in a host's transaction each
     * answer is a statement.
     */
    public Access access() {
        transactions.admit(tenant.value());
        return authority.access(this);
    }

    /** Refuses what the actor may not do. For what is not about tickets. */
    public void require(Permission permission) {
        access().require(permission);
    }

    /** The same scope inside a running transaction: what services do there becomes part of it. */
    public Scope in(Tx tx) {
        return new Scope(tenant, actor, authority, tx.joined(), clock, requestId, origin);
    }

    /** The same scope with other transactions. */
    public Scope with(Transactions others) {
        return new Scope(tenant, actor, authority, others, clock, requestId, origin);
    }

    /** The same scope for the library's own doings, with all permissions, on behalf of the same actor. */
    public Scope trusted() {
        return new Scope(tenant, actor, Authority.ALL, transactions, clock, requestId, origin);
    }

    /** Now, as the database can keep it. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
