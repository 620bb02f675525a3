package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.AgentPage;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MailAddresses;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class AgentService implements Agents {

    private static final UUID BEGINNING = new UUID(0, 0);
    private static final int PROVISION_ATTEMPTS = 5;

    private final Scope scope;
    private final AgentStore store;
    private final RoleGrants grants;
    private final EventFeature events;
    private final Cursors cursors;
    private final PermissionCache cache;
    private final Leavers leavers;

    AgentService(
            Scope scope,
            AgentStore store,
            RoleGrants grants,
            EventFeature events,
            Cursors cursors,
            PermissionCache cache,
            Leavers leavers) {
        this.scope = scope;
        this.store = store;
        this.grants = grants;
        this.events = events;
        this.cursors = cursors;
        this.cache = cache;
        this.leavers = leavers;
    }

    @Override
    public Agent create(NewAgent agent) {
        requireNonNull(agent, "agent");
        Access own = scope.access();
        own.require(Permission.AGENT_ADMIN);
        Agent made = made(agent);
        return unlessTaken(tx -> {
            RoleGrants.requireWithin(own, grants.hold(tx, agent.role()));
            store.insert(tx, made);
            created(tx, made);
            return made;
        });
    }

    @Override
    public Agent get(AgentId id) {
        requireNonNull(id, "id");
        scope.require(Permission.AGENT_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public List<Agent> getAll(Collection<AgentId> ids) {
        requireNonNull(ids, "ids");
        scope.require(Permission.AGENT_READ);
        Paging.requireAtOnce(ids, "agents");
        return ids.isEmpty() ? List.of() : scope.run(tx -> store.findAll(tx, ids));
    }

    @Override
    public Optional<Agent> findByEmail(String email) {
        requireNonNull(email, "email");
        scope.require(Permission.AGENT_READ);
        return MailAddresses.normalize(email).flatMap(address -> scope.run(tx -> store.findByEmail(tx, address)));
    }

    @Override
    public AgentPage list(AgentQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.AGENT_READ);
        Cursors.Listing listing = cursors.on("agents", scope.tenant(), query.active());
        Cursors.Position from = listing.decode(query.cursor());
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<Agent> rows = scope.run(tx -> store.list(tx, query.active(), after, query.limit() + 1));
        return listing.page(rows, query.limit(), agent -> new Object[] {agent.id()}, AgentPage::new);
    }

    @Override
    public Agent change(AgentId id, @Nullable Long expectedVersion, AgentChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        Access own = scope.access();
        own.require(Permission.AGENT_ADMIN);
        return unlessTaken(tx -> {
            boolean ends = Boolean.FALSE.equals(change.active())
                    || (change.role() != null && !change.role().equals(Role.OWNER));
            // Before the agent's own row, and in one order: of two who make each other no owner, the second one sees
            // the first.
            List<AgentId> owners = ends ? store.lockOwners(tx) : List.of();
            Agent old = store.lock(tx, id).orElseThrow(() -> notFound(id));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("agent", id.toString(), expectedVersion, old.version());
            }
            grants.requireWithin(tx, own, old.role());
            if (change.role() != null && !change.role().equals(old.role())) {
                RoleGrants.requireWithin(own, grants.hold(tx, change.role()));
            }
            if (owners.equals(List.of(id))) {
                throw new ConflictException("last_owner", "This is the tenant's last owner; make another one first.");
            }
            return replace(
                    tx,
                    old,
                    or(change.name(), old.name()),
                    or(change.email(), old.email()),
                    or(change.role(), old.role()),
                    or(change.active(), old.active()),
                    change.removeExternalId()
                            ? null
                            : change.externalId() != null ? change.externalId() : old.externalId());
        });
    }

    /** The agent who a host's user is: found, adopted by mail address, or made; brought up to what the host says. */
    Agent provision(HostUser user) {
        requireNonNull(user, "user");
        return unlessTaken(tx -> {
            for (int attempt = 0; attempt < PROVISION_ATTEMPTS; attempt++) {
                Optional<Agent> known = store.findByExternalId(tx, user.subject());
                if (known.isEmpty()) {
                    known = adoptable(tx, user);
                }
                if (known.isPresent()) {
                    return upToDate(tx, known.get(), user);
                }
                RoleDefinition ignored = grants.hold(tx, user.role());
                Agent made = made(new NewAgent(user.name(), user.email(), user.role(), user.subject()));
                if (store.insertUnlessTaken(tx, made)) {
                    created(tx, made);
                    return made;
                }
                // Somebody made the same agent at this moment, and has committed: the next look finds it.
            }
            throw new ConflictException(
                    "agent_in_motion", "The agent is being made and removed at the same time. Try again.");
        });
    }

    /**
     * The agent whom a provider of identities knows: found by the subject, adopted by a verified mail address, or made where there
     * is a role for new ones. What an agent is called and may do stays as it is here.
     */
    Optional<Agent> link(String subject, String name, @Nullable String verifiedEmail, @Nullable Role newcomers) {
        return unlessTaken(tx -> {
            for (int attempt = 0; attempt < PROVISION_ATTEMPTS; attempt++) {
                Optional<Agent> known = store.findByExternalId(tx, subject);
                if (known.isPresent() || verifiedEmail == null) {
                    return known;
                }
                Optional<Agent> sameAddress = store.findByEmail(tx, verifiedEmail);
                if (sameAddress.isPresent()) {
                    return adopted(tx, sameAddress.get().id(), verifiedEmail, subject);
                }
                if (newcomers == null) {
                    return Optional.empty();
                }
                RoleDefinition ignored = grants.hold(tx, newcomers);
                Agent made = made(new NewAgent(name, verifiedEmail, newcomers, subject));
                if (store.insertUnlessTaken(tx, made)) {
                    created(tx, made);
                    return Optional.of(made);
                }
                // Somebody made the same agent at this moment, and has committed: the next look finds it.
            }
            throw new ConflictException(
                    "agent_in_motion", "The agent is being made and removed at the same time. Try again.");
        });
    }

    private Optional<Agent> adopted(Tx tx, AgentId id, String verifiedEmail, String subject) {
        return store.lock(tx, id)
                .filter(agent -> agent.email().equals(verifiedEmail)
                        && (agent.externalId() == null || agent.externalId().equals(subject)))
                .map(agent -> replace(tx, agent, agent.name(), agent.email(), agent.role(), agent.active(), subject));
    }

    private Optional<Agent> adoptable(Tx tx, HostUser user) {
        Optional<Agent> sameAddress = store.findByEmail(tx, user.email());
        sameAddress
                .map(Agent::externalId)
                .filter(other -> !other.equals(user.subject()))
                .ifPresent(other -> {
                    throw emailTaken();
                });
        return sameAddress;
    }

    private Agent upToDate(Tx tx, Agent seen, HostUser user) {
        if (isUpToDate(seen, user)) {
            return seen;
        }
        Agent old = store.lock(tx, seen.id()).orElseThrow(() -> notFound(seen.id()));
        if (old.externalId() != null && !old.externalId().equals(user.subject())) {
            throw emailTaken();
        }
        RoleDefinition ignored = grants.hold(tx, user.role());
        return replace(tx, old, user.name(), user.email(), user.role(), old.active(), user.subject());
    }

    private static boolean isUpToDate(Agent agent, HostUser user) {
        return user.subject().equals(agent.externalId())
                && user.name().equals(agent.name())
                && user.email().equals(agent.email())
                && user.role().equals(agent.role());
    }

    private Agent made(NewAgent agent) {
        Instant now = scope.now();
        return new Agent(
                new AgentId(Ids.next()),
                agent.name(),
                agent.email(),
                agent.role(),
                true,
                agent.externalId(),
                now,
                now,
                1);
    }

    private void created(Tx tx, Agent agent) {
        events.append(
                tx,
                scope,
                "agent_created",
                Map.of("agentId", agent.id().toString(), "role", agent.role().wireName()),
                Map.of("name", agent.name(), "email", agent.email()));
        // Somebody may have asked for the agent's permissions before there was one.
        tx.afterCommit(() -> cache.evict(agent.id().value()));
    }

    private Agent replace(
            Tx tx, Agent old, String name, String email, Role role, boolean active, @Nullable String externalId) {
        Changes changes = new Changes()
                .personal("name", old.name(), name)
                .personal("email", old.email(), email)
                .plain("role", old.role().wireName(), role.wireName())
                .plain("active", old.active(), active)
                .personal("externalId", old.externalId(), externalId);
        if (changes.isEmpty()) {
            return old;
        }
        Agent changed = new Agent(
                old.id(), name, email, role, active, externalId, old.createdAt(), scope.now(), old.version() + 1);
        store.update(tx, changed);
        events.append(tx, scope, "agent_changed", changes.payload("agentId", old.id()), changes.personal());
        if (old.active() && !active) {
            leavers.end(tx, scope, old.id(), changed.updatedAt());
        }
        tx.afterCommit(() -> cache.evict(old.id().value()));
        return changed;
    }

    private static <T> T or(@Nullable T wanted, T present) {
        return wanted == null ? present : wanted;
    }

    private <T> T unlessTaken(TxWork<T> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            String constraint = SqlErrors.uniqueViolation(e).orElse("");
            throw switch (constraint) {
                case "agent_email" -> emailTaken();
                case "agent_user_name" -> DirectoryUsers.userNameTaken();
                case "agent_external_id" ->
                    new ConflictException("external_id_taken", "The external identifier belongs to another agent.");
                default -> e;
            };
        }
    }

    private static ConflictException emailTaken() {
        return new ConflictException("email_taken", "The mail address belongs to another agent of this tenant.");
    }

    private static NotFoundException notFound(AgentId id) {
        return new NotFoundException("agent", id.toString());
    }
}
