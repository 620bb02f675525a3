package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TeamChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TeamPage;
import io.insightdesk.identity.TeamQuery;
import io.insightdesk.identity.Teams;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class TeamService implements Teams {

    private static final UUID BEGINNING = new UUID(0, 0);

    private final Scope scope;
    private final TeamStore store;
    private final AgentStore agents;
    private final EventFeature events;
    private final Cursors cursors;

    TeamService(Scope scope, TeamStore store, AgentStore agents, EventFeature events, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.agents = agents;
        this.events = events;
        this.cursors = cursors;
    }

    @Override
    public Team create(NewTeam team) {
        requireNonNull(team, "team");
        scope.require(Permission.AGENT_ADMIN);
        Instant now = scope.now();
        Team made =
                new Team(new TeamId(Ids.next()), team.name(), sorted(team.members()), team.membersOnly(), now, now, 1);
        return unlessTaken(tx -> {
            requireAgents(tx, team.members());
            store.insert(tx, made);
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
                            texts(made.members()),
                            "membersOnly",
                            made.membersOnly()));
            return made;
        });
    }

    @Override
    public Team get(TeamId id) {
        requireNonNull(id, "id");
        scope.require(Permission.AGENT_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public List<Team> getAll(Collection<TeamId> ids) {
        requireNonNull(ids, "ids");
        scope.require(Permission.AGENT_READ);
        Paging.requireAtOnce(ids, "teams");
        return ids.isEmpty() ? List.of() : scope.run(tx -> store.findAll(tx, ids));
    }

    @Override
    public TeamPage list(TeamQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.AGENT_READ);
        Cursors.Listing listing = cursors.on("teams", scope.tenant());
        Cursors.Position from = listing.decode(query.cursor());
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<Team> rows = scope.run(tx -> store.list(tx, after, query.limit() + 1));
        return listing.page(rows, query.limit(), team -> new Object[] {team.id()}, TeamPage::new);
    }

    @Override
    public Team change(TeamId id, @Nullable Long expectedVersion, TeamChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        Access own = scope.access();
        own.require(Permission.AGENT_ADMIN);
        return unlessTaken(tx -> {
            Team old = store.lock(tx, id).orElseThrow(() -> notFound(id));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("team", id.toString(), expectedVersion, old.version());
            }
            requireSightOf(scope, own, old.members(), old.membersOnly());
            return replace(tx, old, change);
        });
    }

    /** Who changes a team can become a member, and so see its tickets: no way around what is hidden. */
    static void requireSightOf(Scope scope, Access own, Collection<AgentId> members, boolean membersOnly) {
        UUID actor = scope.actor().id();
        boolean member = actor != null && members.contains(new AgentId(actor));
        if (!member
                && (own.tickets().onlyTeams() || (membersOnly && !own.tickets().membersOnly()))) {
            throw own.refusal(Permission.TICKET_READ_PRIVATE);
        }
    }

    private Team replace(Tx tx, Team old, TeamChange change) {
        String name = change.name() == null ? old.name() : change.name();
        List<AgentId> members = change.members() == null ? old.members() : sorted(change.members());
        boolean membersOnly = change.membersOnly() == null ? old.membersOnly() : change.membersOnly();
        Changes changes = new Changes()
                .plain("name", old.name(), name)
                .plain("members", old.members(), members)
                .plain("membersOnly", old.membersOnly(), membersOnly);
        if (changes.isEmpty()) {
            return old;
        }
        Team changed = new Team(old.id(), name, members, membersOnly, old.createdAt(), scope.now(), old.version() + 1);
        store.update(tx, changed);
        if (!members.equals(old.members())) {
            requireAgents(tx, change.members() == null ? members : change.members());
            store.replaceMembers(tx, changed);
        }
        events.append(tx, scope, "team_changed", changes.payload("teamId", old.id()));
        return changed;
    }

    private void requireAgents(Tx tx, List<AgentId> members) {
        if (members.isEmpty()) {
            return;
        }
        List<UUID> missing = agents.missing(tx, members);
        Violations violations = new Violations();
        for (int i = 0; i < members.size(); i++) {
            if (missing.contains(members.get(i).value())) {
                violations.add(
                        "/members/" + i, "unknown_agent", "There is no agent '" + members.get(i) + "' in this tenant.");
            }
        }
        violations.throwIfAny();
    }

    private Team unlessTaken(TxWork<Team> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).filter("team_name"::equals).isPresent()) {
                throw new ConflictException("name_taken", "Another team of this tenant has this name; choose another.");
            }
            throw e;
        }
    }

    /** In the order of the database, which compares the bytes of identifiers; Java's UUID compares signed numbers. */
    private static List<AgentId> sorted(List<AgentId> members) {
        return members.stream().sorted(Comparator.comparing(AgentId::toString)).toList();
    }

    private static List<String> texts(List<AgentId> members) {
        return members.stream().map(AgentId::toString).toList();
    }

    private static NotFoundException notFound(TeamId id) {
        return new NotFoundException("team", id.toString());
    }
}
