package io.insightdesk;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.HostUser;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.tenant.TenantId;

/**
 * One tenant, before it is said who acts there.
 *
 * @since 0.1.0
 */
public final class TenantScope {

    private final Features features;
    private final TenantId tenant;

    TenantScope(Features features, TenantId tenant) {
        this.features = features;
        this.tenant = tenant;
    }

    /**
     * Says who acts. What the actor may do is looked up with each call.
     *
     * @param actor {@link Actor#system()}, an agent's {@code actor()}…
     * @return the tenant's help desk for this actor
     */
    public Desk as(Actor actor) {
        requireNonNull(actor, "actor");
        Authority authority = actor.type() == ActorType.SYSTEM
                ? Authority.ALL
                : features.refusals.logged(features.identity.authority());
        return new Desk(
                features,
                (transactions, requestId, origin) ->
                        new Scope(tenant, actor, authority, transactions, features.clock, requestId, origin),
                features.asked,
                null);
    }

    /**
     * Says that a user of the host acts. The first call finds the agent who stands for the user, or makes one, in the same
     * transaction as the call where that is a host's.
     *
     * @param user the host's user, as a {@link io.insightdesk.identity.HostIdentity} describes it
     * @return the tenant's help desk for this user
     */
    public Desk as(HostUser user) {
        requireNonNull(user, "user");
        return new Desk(
                features,
                (transactions, requestId, origin) -> {
                    Scope system = new Scope(
                            tenant, Actor.system(), Authority.ALL, transactions, features.clock, requestId, origin);
                    Actor actor = features.identity.provision(system, user).actor();
                    return new Scope(
                            tenant,
                            actor,
                            features.refusals.logged(features.identity.authority()),
                            transactions,
                            features.clock,
                            requestId,
                            origin);
                },
                features.asked,
                null);
    }
}
