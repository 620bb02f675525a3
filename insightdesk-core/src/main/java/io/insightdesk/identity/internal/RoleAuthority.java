package io.insightdesk.identity.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import java.util.HashSet;
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

    private static final Set<Permission> CUSTOMER =
            BuiltInRoles.find(Role.CUSTOMER).orElseThrow().permissions();

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
    public Access access(Scope scope) {
        Actor actor = scope.actor();
        UUID id = actor.id();
        if (id == null) {
            return through == null ? Access.ALL : Access.NONE;
        }
        if (actor.type() == ActorType.CUSTOMER) {
            return through == null ? new Access(CUSTOMER, TicketSight.ofCustomer(id)) : Access.NONE;
        }
        if (scope.transactions().joinsAnother()) {
            return read(scope, actor.type(), id);
        }
        Key key = new Key(scope.tenant(), actor.type(), id, through);
        return cache.get(key, () -> read(scope, actor.type(), id));
    }

    @Override
    public @Nullable UUID throughToken() {
        return through == null ? null : through.value();
    }

    private Access read(Scope scope, ActorType type, UUID id) {
        return scope.run(tx -> {
            UUID agent = type == ActorType.AGENT ? id : null;
            Optional<Access> own = ofActor(tx, scope, type, id).map(role -> access(role, agent));
            if (own.isEmpty()
                    || through == null
                    || (type == ActorType.API_TOKEN && through.value().equals(id))) {
                return own.orElse(Access.NONE);
            }
            return store.ofToken(tx, through, scope.now())
                    .map(limit -> both(own.get(), access(limit, agent)))
                    .orElse(Access.NONE);
        });
    }

    private Optional<RoleDefinition> ofActor(Tx tx, Scope scope, ActorType type, UUID id) {
        return switch (type) {
            case AGENT -> store.ofAgent(tx, id);
            case API_TOKEN -> store.ofToken(tx, new ApiTokenId(id), scope.now());
            case CUSTOMER, SYSTEM -> Optional.empty();
        };
    }

    private static Access access(RoleDefinition role, @Nullable UUID agent) {
        TicketScope tickets = role.tickets();
        return new Access(
                role.permissions(),
                new TicketSight(
                        null,
                        agent,
                        tickets.kind() == TicketScope.Kind.TEAMS,
                        tickets.kind() == TicketScope.Kind.ORGANIZATIONS ? tickets.organizations() : null,
                        role.permissions().contains(Permission.TICKET_READ_PRIVATE)));
    }

    private static Access both(Access one, Access other) {
        Set<Permission> both = new HashSet<>(one.permissions());
        both.retainAll(other.permissions());
        return new Access(both, one.tickets().and(other.tickets()));
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
