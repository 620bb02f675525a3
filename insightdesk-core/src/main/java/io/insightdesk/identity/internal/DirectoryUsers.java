package io.insightdesk.identity.internal;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryPage;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The users of a directory, in a transaction. Locks in the order of agents' changes: owners, then the agent. */
final class DirectoryUsers {

    private final DirectoryUserStore store = new DirectoryUserStore();
    private final AgentStore agents;
    private final RoleGrants grants;
    private final EventFeature events;
    private final PermissionCache cache;
    private final Leavers leavers;

    DirectoryUsers(AgentStore agents, RoleGrants grants, EventFeature events, PermissionCache cache, Leavers leavers) {
        this.agents = agents;
        this.grants = grants;
        this.events = events;
        this.cache = cache;
        this.leavers = leavers;
    }

    DirectoryUser create(Tx tx, Scope scope, Access own, UserAttributes wanted) {
        RoleGrants.requireWithin(own, grants.hold(tx, wanted.role()));
        Optional<DirectoryUserStore.Stored> known = store.lockByUserName(tx, wanted.userName());
        if (known.isPresent()) {
            if (!known.get().removed()) {
                throw userNameTaken();
            }
            grants.requireWithin(tx, own, known.get().attributes().role());
            return seen(tx, replace(tx, scope, known.get(), wanted, false));
        }
        Instant now = scope.now();
        DirectoryUserStore.Stored made =
                new DirectoryUserStore.Stored(new AgentId(Ids.next()), wanted, false, now, now, 1);
        store.insert(tx, made);
        Map<String, Object> personal = new HashMap<>();
        personal.put("name", wanted.name());
        personal.put("email", wanted.email());
        personal.put("userName", wanted.userName());
        if (wanted.externalId() != null) {
            personal.put("providerId", wanted.externalId());
        }
        events.append(
                tx,
                scope,
                "agent_created",
                Map.of("agentId", made.id().toString(), "role", wanted.role().wireName(), "active", wanted.active()),
                personal);
        // Somebody may have asked for the agent's permissions before there was one.
        tx.afterCommit(() -> cache.evict(made.id().value()));
        return made.with(List.of());
    }

    DirectoryUser get(Tx tx, AgentId id) {
        return seen(tx, store.find(tx, id).orElseThrow(() -> notFound(id)));
    }

    DirectoryPage<DirectoryUser> list(Tx tx, DirectoryQuery query) {
        long total = store.count(tx, query.filter());
        List<DirectoryUserStore.Stored> rows = query.limit() == 0 || query.offset() >= total
                ? List.of()
                : store.list(tx, query.filter(), query.offset(), query.limit());
        Map<AgentId, List<DirectoryUser.Membership>> teams =
                store.teams(tx, rows.stream().map(DirectoryUserStore.Stored::id).toList());
        return new DirectoryPage<>(
                total,
                rows.stream()
                        .map(row -> row.with(teams.getOrDefault(row.id(), List.of())))
                        .toList());
    }

    DirectoryUser change(
            Tx tx,
            Scope scope,
            Access own,
            AgentId id,
            @Nullable Long expectedVersion,
            UnaryOperator<UserAttributes> change) {
        Locked locked = lock(tx, own, id, expectedVersion);
        UserAttributes before = locked.user().attributes();
        UserAttributes wanted = change.apply(before);
        if (!wanted.role().equals(before.role())) {
            RoleGrants.requireWithin(own, grants.hold(tx, wanted.role()));
        }
        if (!wanted.active() || !wanted.role().equals(Role.OWNER)) {
            locked.requireAnotherOwner();
        }
        return seen(tx, replace(tx, scope, locked.user(), wanted, false));
    }

    AgentId remove(Tx tx, Scope scope, Access own, AgentId id, @Nullable Long expectedVersion) {
        Locked locked = lock(tx, own, id, expectedVersion);
        locked.requireAnotherOwner();
        // Another user may get the provider's identifier; the name stays, so that who comes back is found.
        UserAttributes gone = locked.user().attributes().withActive(false).withExternalId(null);
        List<TeamId> teams = store.leaveTeams(tx, id, scope.now());
        replace(tx, scope, locked.user(), gone, true);
        events.append(
                tx,
                scope,
                "agent_removed",
                Map.of(
                        "agentId",
                        id.toString(),
                        "teams",
                        teams.stream().map(TeamId::toString).sorted().toList()));
        return id;
    }

    /** A user who does not change until the end of the transaction, and the owners, who do not either where it is one of them. */
    private record Locked(DirectoryUserStore.Stored user, List<AgentId> owners) {

        void requireAnotherOwner() {
            if (owners.equals(List.of(user.id()))) {
                throw new ConflictException("last_owner", "This is the tenant's last owner; make another one first.");
            }
        }
    }

    private Locked lock(Tx tx, Access own, AgentId id, @Nullable Long expectedVersion) {
        boolean owner = isOwner(store.find(tx, id).orElseThrow(() -> notFound(id)));
        List<AgentId> owners = owner ? agents.lockOwners(tx) : List.of();
        DirectoryUserStore.Stored user = store.lock(tx, id).orElseThrow(() -> notFound(id));
        if (!owner && isOwner(user)) {
            // To lock the owners now would be another order than everybody else's.
            throw new ConflictException(
                    "agent_in_motion", "The agent became an owner at this moment. Repeat the request.");
        }
        if (expectedVersion != null && expectedVersion != user.version()) {
            throw ConflictException.lostUpdate("agent", id.toString(), expectedVersion, user.version());
        }
        grants.requireWithin(tx, own, user.attributes().role());
        return new Locked(user, owners);
    }

    private static boolean isOwner(DirectoryUserStore.Stored user) {
        return user.attributes().active() && user.attributes().role().equals(Role.OWNER);
    }

    private DirectoryUserStore.Stored replace(
            Tx tx, Scope scope, DirectoryUserStore.Stored old, UserAttributes wanted, boolean remove) {
        UserAttributes before = old.attributes();
        Changes changes = new Changes()
                .personal("userName", before.userName(), wanted.userName())
                .personal("providerId", before.externalId(), wanted.externalId())
                .personal("name", before.name(), wanted.name())
                .personal("givenName", before.givenName(), wanted.givenName())
                .personal("familyName", before.familyName(), wanted.familyName())
                .personal("email", before.email(), wanted.email())
                .plain("role", before.role().wireName(), wanted.role().wireName())
                .plain("active", before.active(), wanted.active());
        if (changes.isEmpty() && old.removed() == remove) {
            return old;
        }
        Instant now = scope.now();
        DirectoryUserStore.Stored changed =
                new DirectoryUserStore.Stored(old.id(), wanted, remove, old.createdAt(), now, old.version() + 1);
        store.update(tx, changed);
        if (old.removed()) {
            events.append(
                    tx, scope, "agent_restored", Map.of("agentId", old.id().toString()));
        }
        if (!changes.isEmpty()) {
            events.append(tx, scope, "agent_changed", changes.payload("agentId", old.id()), changes.personal());
        }
        if (!wanted.active()) {
            leavers.end(tx, scope, old.id(), now);
        }
        tx.afterCommit(() -> cache.evict(old.id().value()));
        return changed;
    }

    private DirectoryUser seen(Tx tx, DirectoryUserStore.Stored user) {
        return user.with(store.teams(tx, List.of(user.id())).getOrDefault(user.id(), List.of()));
    }

    static ConflictException userNameTaken() {
        return new ConflictException("user_name_taken", "The user name belongs to another agent of this tenant.");
    }

    private static NotFoundException notFound(AgentId id) {
        return new NotFoundException("agent", id.toString());
    }
}
