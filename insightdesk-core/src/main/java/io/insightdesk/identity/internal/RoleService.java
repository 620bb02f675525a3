package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.Roles;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class RoleService implements Roles {

    private final Scope scope;
    private final RoleStore store;
    private final EventFeature events;
    private final PermissionCache cache;

    RoleService(Scope scope, RoleStore store, EventFeature events, PermissionCache cache) {
        this.scope = scope;
        this.store = store;
        this.events = events;
        this.cache = cache;
    }

    @Override
    public RoleDefinition create(NewRole role) {
        requireNonNull(role, "role");
        Access own = scope.access();
        own.require(Permission.ROLE_ADMIN);
        if (BuiltInRoles.find(role.role()).isPresent()) {
            throw taken(role.role());
        }
        Instant now = scope.now();
        RoleDefinition made =
                new RoleDefinition(role.role(), role.name(), role.permissions(), role.tickets(), false, now, now, 1);
        RoleGrants.requireWithin(own, made);
        return named(tx -> {
            if (store.count(tx) >= MAX_OWN) {
                throw new LimitReachedException(
                        "too_many_roles",
                        "A tenant can have " + MAX_OWN + " roles of its own; remove one first.",
                        null);
            }
            if (!store.insertUnlessTaken(tx, made)) {
                throw taken(role.role());
            }
            record(tx, "role_created", made);
            return made;
        });
    }

    @Override
    public RoleDefinition get(Role role) {
        requireNonNull(role, "role");
        scope.require(Permission.AGENT_READ);
        return BuiltInRoles.find(role)
                .or(() -> scope.run(tx -> store.find(tx, role)))
                .orElseThrow(() -> notFound(role));
    }

    @Override
    public List<RoleDefinition> list() {
        scope.require(Permission.AGENT_READ);
        List<RoleDefinition> all = new ArrayList<>(BuiltInRoles.ALL);
        all.addAll(scope.run(store::list));
        return List.copyOf(all);
    }

    @Override
    public RoleDefinition change(Role role, @Nullable Long expectedVersion, RoleChange change) {
        requireNonNull(role, "role");
        requireNonNull(change, "change");
        Access own = scope.access();
        own.require(Permission.ROLE_ADMIN);
        requireOwn(role);
        return named(tx -> {
            RoleDefinition old = store.lock(tx, role).orElseThrow(() -> notFound(role));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("role", role.wireName(), expectedVersion, old.version());
            }
            RoleGrants.requireWithin(own, old);
            RoleDefinition changed = changed(old, change);
            RoleGrants.requireWithin(own, changed);
            Changes changes = new Changes()
                    .plain("name", old.name(), changed.name())
                    .plain("permissions", permissions(old), permissions(changed))
                    .plain("tickets", tickets(old), tickets(changed));
            if (changes.isEmpty()) {
                return old;
            }
            store.update(tx, changed);
            events.append(tx, scope, "role_changed", changes.payload("role", role.wireName()));
            tx.afterCommit(() -> cache.evict(scope.tenant()));
            return changed;
        });
    }

    private RoleDefinition changed(RoleDefinition old, RoleChange change) {
        return new RoleDefinition(
                old.role(),
                change.name() == null ? old.name() : change.name(),
                change.permissions() == null ? old.permissions() : change.permissions(),
                change.tickets() == null ? old.tickets() : change.tickets(),
                false,
                old.createdAt(),
                scope.now(),
                old.version() + 1);
    }

    private static List<String> permissions(RoleDefinition role) {
        return role.permissions().stream().map(Permission::wireName).sorted().toList();
    }

    /** The kind, and the organizations where it is about some. */
    private static List<String> tickets(RoleDefinition role) {
        List<String> scope = new ArrayList<>();
        scope.add(role.tickets().kind().wireName());
        role.tickets().organizations().stream().map(UUID::toString).sorted().forEach(scope::add);
        return scope;
    }

    @Override
    public void remove(Role role) {
        requireNonNull(role, "role");
        Access own = scope.access();
        own.require(Permission.ROLE_ADMIN);
        requireOwn(role);
        scope.run(tx -> {
            RoleDefinition old = store.lock(tx, role).orElseThrow(() -> notFound(role));
            RoleGrants.requireWithin(own, old);
            if (store.inUse(tx, role)) {
                throw new ConflictException(
                        "role_in_use", "Agents or API tokens have the role; give them another one first.");
            }
            store.delete(tx, role);
            record(tx, "role_removed", old);
            return role;
        });
    }

    private void record(Tx tx, String type, RoleDefinition role) {
        events.append(
                tx,
                scope,
                type,
                Map.of(
                        "role",
                        role.role().wireName(),
                        "name",
                        role.name(),
                        "permissions",
                        permissions(role),
                        "tickets",
                        tickets(role)));
        tx.afterCommit(() -> cache.evict(scope.tenant()));
    }

    private <T> T named(TxWork<T> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            Optional<String> key = SqlErrors.foreignKeyViolation(e);
            if (key.isPresent() && key.get().contains("organization")) {
                throw new InvalidInputException(
                        "/tickets/organizations",
                        "unknown_organization",
                        "There is no such organization in this tenant.");
            }
            throw e;
        }
    }

    private static void requireOwn(Role role) {
        if (BuiltInRoles.find(role).isPresent()) {
            throw new ConflictException(
                    "role_built_in", "The role '" + role + "' is built in and stays as it is; make one of your own.");
        }
    }

    private static ConflictException taken(Role role) {
        return new ConflictException("role_taken", "There is a role '" + role + "' already; choose another name.");
    }

    private static NotFoundException notFound(Role role) {
        return new NotFoundException("role", role.wireName());
    }
}
