package io.insightdesk.identity.internal;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryGroup;
import io.insightdesk.identity.DirectoryPage;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The groups of a directory, in a transaction. A team's row is locked before its members. */
final class DirectoryGroups {

    private static final int TOLD = 20;

    private final DirectoryGroupStore store = new DirectoryGroupStore();
    private final DirectoryUserStore users = new DirectoryUserStore();
    private final EventFeature events;

    DirectoryGroups(EventFeature events) {
        this.events = events;
    }

    DirectoryGroup create(Tx tx, Scope scope, Access own, GroupAttributes wanted) {
        Optional<DirectoryGroupStore.Stored> known = store.lockByName(tx, wanted.name());
        if (known.isPresent()) {
            if (!known.get().removed()) {
                throw nameTaken();
            }
            return replace(tx, scope, own, known.get(), wanted);
        }
        Instant now = scope.now();
        DirectoryGroupStore.Stored made = new DirectoryGroupStore.Stored(
                new TeamId(Ids.next()), wanted.name(), wanted.externalId(), false, false, now, now, 1);
        requireUsers(tx, wanted.members());
        store.insert(tx, made);
        store.change(tx, made.id(), wanted.members(), List.of());
        events.append(
                tx,
                scope,
                "team_created",
                Map.of(
                        "teamId",
                        made.id().toString(),
                        "name",
                        made.name(),
                        "members",
                        sorted(wanted.members()),
                        "membersOnly",
                        false));
        return seen(tx, made, true);
    }

    DirectoryGroup get(Tx tx, TeamId id, boolean members) {
        return seen(tx, store.find(tx, id).orElseThrow(() -> notFound(id)), members);
    }

    DirectoryPage<DirectoryGroup> list(Tx tx, DirectoryQuery query, boolean members) {
        long total = store.count(tx, query.filter());
        List<DirectoryGroupStore.Stored> rows = query.limit() == 0 || query.offset() >= total
                ? List.of()
                : store.list(tx, query.filter(), query.offset(), query.limit());
        Map<TeamId, List<DirectoryGroup.Member>> of = members
                ? store.members(
                        tx, rows.stream().map(DirectoryGroupStore.Stored::id).toList())
                : Map.of();
        return new DirectoryPage<>(
                total,
                rows.stream()
                        .map(row -> row.with(of.getOrDefault(row.id(), List.of())))
                        .toList());
    }

    DirectoryGroup change(
            Tx tx,
            Scope scope,
            Access own,
            TeamId id,
            @Nullable Long expectedVersion,
            UnaryOperator<GroupAttributes> change) {
        DirectoryGroupStore.Stored old = lock(tx, id, expectedVersion);
        GroupAttributes before = new GroupAttributes(old.name(), old.externalId(), members(tx, id));
        return replace(tx, scope, own, old, before, change.apply(before));
    }

    TeamId remove(Tx tx, Scope scope, Access own, TeamId id, @Nullable Long expectedVersion) {
        DirectoryGroupStore.Stored old = lock(tx, id, expectedVersion);
        Set<AgentId> members = members(tx, id);
        TeamService.requireSightOf(scope, own, members, old.membersOnly());
        store.change(tx, id, List.of(), members);
        // Another group may get the provider's identifier; the name stays, so that what comes back is found.
        store.update(
                tx,
                new DirectoryGroupStore.Stored(
                        id,
                        old.name(),
                        null,
                        old.membersOnly(),
                        true,
                        old.createdAt(),
                        scope.now(),
                        old.version() + 1));
        events.append(
                tx,
                scope,
                "team_removed",
                Map.of("teamId", id.toString(), "name", old.name(), "members", sorted(members)));
        return id;
    }

    private DirectoryGroupStore.Stored lock(Tx tx, TeamId id, @Nullable Long expectedVersion) {
        DirectoryGroupStore.Stored group = store.lock(tx, id).orElseThrow(() -> notFound(id));
        if (expectedVersion != null && expectedVersion != group.version()) {
            throw ConflictException.lostUpdate("team", id.toString(), expectedVersion, group.version());
        }
        return group;
    }

    private DirectoryGroup replace(
            Tx tx, Scope scope, Access own, DirectoryGroupStore.Stored old, GroupAttributes wanted) {
        return replace(
                tx, scope, own, old, new GroupAttributes(old.name(), old.externalId(), members(tx, old.id())), wanted);
    }

    private DirectoryGroup replace(
            Tx tx,
            Scope scope,
            Access own,
            DirectoryGroupStore.Stored old,
            GroupAttributes before,
            GroupAttributes wanted) {
        TeamService.requireSightOf(scope, own, before.members(), old.membersOnly());
        Set<AgentId> added = new LinkedHashSet<>(wanted.members());
        added.removeAll(before.members());
        Set<AgentId> left = new LinkedHashSet<>(before.members());
        left.removeAll(wanted.members());
        // Who came and who went, for all members of a large team would fill the trail.
        Changes changes = new Changes()
                .plain("name", old.name(), wanted.name())
                .plain("providerId", old.externalId(), wanted.externalId())
                .plain("membersAdded", List.of(), sorted(added))
                .plain("membersRemoved", sorted(left), List.of());
        if (changes.isEmpty() && !old.removed()) {
            return seen(tx, old, true);
        }
        requireUsers(tx, added);
        DirectoryGroupStore.Stored changed = new DirectoryGroupStore.Stored(
                old.id(),
                wanted.name(),
                wanted.externalId(),
                old.membersOnly(),
                false,
                old.createdAt(),
                scope.now(),
                old.version() + 1);
        store.update(tx, changed);
        store.change(tx, old.id(), added, left);
        if (old.removed()) {
            events.append(tx, scope, "team_restored", Map.of("teamId", old.id().toString()));
        }
        if (!changes.isEmpty()) {
            events.append(tx, scope, "team_changed", changes.payload("teamId", old.id()));
        }
        return seen(tx, changed, true);
    }

    private void requireUsers(Tx tx, Collection<AgentId> members) {
        if (members.isEmpty()) {
            return;
        }
        Set<AgentId> unknown = new LinkedHashSet<>(members);
        unknown.removeAll(users.seen(tx, members));
        Violations violations = new Violations();
        unknown.stream()
                .limit(TOLD)
                .forEach(agent -> violations.add(
                        "/members", "unknown_agent", "There is no agent '" + agent + "' in this tenant."));
        violations.throwIfAny();
    }

    private Set<AgentId> members(Tx tx, TeamId id) {
        return store.members(tx, List.of(id)).getOrDefault(id, List.of()).stream()
                .map(DirectoryGroup.Member::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private DirectoryGroup seen(Tx tx, DirectoryGroupStore.Stored group, boolean members) {
        return group.with(
                members ? store.members(tx, List.of(group.id())).getOrDefault(group.id(), List.of()) : List.of());
    }

    private static List<String> sorted(Collection<AgentId> members) {
        return members.stream()
                .map(AgentId::toString)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    static ConflictException nameTaken() {
        return new ConflictException("name_taken", "Another team of this tenant has this name; choose another.");
    }

    private static NotFoundException notFound(TeamId id) {
        return new NotFoundException("team", id.toString());
    }
}
