package io.insightdesk.identity.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an actor may do, by the role that is stored. Answers are remembered for {@link PermissionCache#KEPT}, except in somebody
 * else's transaction: that one is asked each time, since it may hold changes of its own, and what it says may be rolled back.
 * Thread-safe.
 */
final class RoleAuthority implements Authority {

    private final RoleStore store;
    private final PermissionCache cache;
    private final @Nullable ApiTokenId through;

    /**
     * Makes an authority.
     *
     * @param through the token through which the actor came, which limits what the actor may do; null for none
     */
    RoleAuthority(RoleStore store, PermissionCache cache, @Nullable ApiTokenId through) {
        this.store = store;
        this.cache = cache;
        this.through = through;
    }

    @Override
    public Set<Permission> permissions(Scope scope) {
        Actor actor = scope.actor();
        UUID id = actor.id();
        if (actor.type() == ActorType.SYSTEM && through == null) {
            return Role.ADMIN.permissions();
        }
        if (id == null || actor.type() == ActorType.CUSTOMER) {
            return Set.of();
        }
        if (scope.transactions().joinsAnother()) {
            return read(scope, actor.type(), id);
        }
        Key key = new Key(scope.tenant(), actor.type(), id, through);
        return cache.get(key, () -> read(scope, actor.type(), id));
    }

    private Set<Permission> read(Scope scope, ActorType type, UUID id) {
        return scope.run(tx -> {
            Optional<Role> own = ofActor(tx, scope, type, id);
            if (own.isEmpty()
                    || through == null
                    || (type == ActorType.API_TOKEN && through.value().equals(id))) {
                return own.map(Role::permissions).orElse(Set.of());
            }
            return store.ofToken(tx, through, scope.now())
                    .map(limit -> both(own.get(), limit))
                    .orElse(Set.of());
        });
    }

    private Optional<Role> ofActor(Tx tx, Scope scope, ActorType type, UUID id) {
        return switch (type) {
            case AGENT -> store.ofAgent(tx, id);
            case API_TOKEN -> store.ofToken(tx, new ApiTokenId(id), scope.now());
            case CUSTOMER, SYSTEM -> Optional.empty();
        };
    }

    private static Set<Permission> both(Role one, Role other) {
        EnumSet<Permission> both = EnumSet.copyOf(one.permissions());
        both.retainAll(other.permissions());
        return Set.copyOf(both);
    }

    /** Whose permissions, and through which token. */
    record Key(
            TenantId tenant,
            ActorType type,
            UUID id,
            @Nullable ApiTokenId through) {

        /** Whether a change of this agent or token may change the answer. */
        boolean concerns(UUID changed) {
            return id.equals(changed) || (through != null && through.value().equals(changed));
        }
    }
}
