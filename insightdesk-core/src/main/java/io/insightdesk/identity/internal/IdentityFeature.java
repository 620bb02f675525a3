package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.ApiTokens;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.identity.Directory;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Roles;
import io.insightdesk.identity.Teams;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the services of identity from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class IdentityFeature {

    private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final EventFeature events;
    private final Cursors cursors;
    private final Clock clock;
    private final AgentStore agents = new AgentStore();
    private final TeamStore teams = new TeamStore();
    private final ApiTokenStore tokens = new ApiTokenStore();
    private final RoleStore roles = new RoleStore();
    private final RoleGrants grants = new RoleGrants(roles);
    private final PermissionCache cache = new PermissionCache(System::nanoTime);
    private final Authority authority = new RoleAuthority(roles, cache, null);
    private final SecureRandom random = new SecureRandom();
    private final Leavers leavers;
    private final DirectoryUsers directoryUsers;
    private final DirectoryGroups directoryGroups;

    /** Makes the feature; {@code ends} ends what other features gave to agents who are switched off. */
    public IdentityFeature(Database database, EventFeature events, Cursors cursors, Clock clock, AgentEnds ends) {
        this.leavers = new Leavers(tokens, events, cache, ends);
        this.directoryUsers = new DirectoryUsers(agents, grants, events, cache, leavers);
        this.directoryGroups = new DirectoryGroups(events);
        this.database = database;
        this.events = events;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** The agents that a scope sees. */
    public Agents agents(Scope scope) {
        return agentService(scope);
    }

    /** The teams that a scope sees. */
    public Teams teams(Scope scope) {
        return new TeamService(scope, teams, agents, events, cursors);
    }

    /** The agents and teams of a scope's tenant, as an identity provider keeps them. */
    public Directory directory(Scope scope) {
        return new DirectoryService(scope, directoryUsers, directoryGroups);
    }

    /** The roles of a scope's tenant. */
    public Roles roles(Scope scope) {
        return new RoleService(scope, roles, events, cache);
    }

    /** The API tokens that a scope sees. */
    public ApiTokens apiTokens(Scope scope) {
        return new ApiTokenService(scope, tokens, agents, grants, events, cursors, cache, random);
    }

    /**
     * What actors may do: the system everything, an agent and a token of its own what the stored role allows, a customer
     * what the role of that name allows.
     * Looked up in the scope's own transactions, and remembered for five seconds unless these are a host's.
     */
    public Authority authority() {
        return authority;
    }

    /** What an actor may do who came through an API token: what both the actor and the token may. */
    public Authority authority(Authenticated authenticated) {
        return new RoleAuthority(roles, cache, authenticated.token());
    }

    /** What an actor may do later on who came through an API token, as {@link Authority#throughToken} named it; null for none. */
    public Authority authorityThrough(@Nullable ApiTokenId through) {
        return through == null ? authority : new RoleAuthority(roles, cache, through);
    }

    /**
     * Whom an API token stands for. Takes a connection of the library's own.
     *
     * @param bearer what the client sent after {@code Bearer}
     * @return empty when it is not a token, or is unknown, expired or revoked, or its agent may not work. Of a suspended
     *     tenant it is known, so that its calls are refused with the reason
     */
    public Optional<Authenticated> authenticate(String bearer) {
        requireNonNull(bearer, "bearer");
        return TokenCodec.read(bearer).flatMap(this::authenticate);
    }

    private Optional<Authenticated> authenticate(TokenCodec.Parts parts) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return database.run(parts.tenant().value(), tx -> {
            Optional<ApiTokenStore.Credential> found = tokens.credential(tx, parts.token(), now, TOUCH_EVERY)
                    .filter(credential ->
                            MessageDigest.isEqual(credential.secretHash(), TokenCodec.hash(parts.secret())));
            if (found.isPresent() && found.get().touch()) {
                tokens.touch(tx, parts.token(), now);
            }
            return found.map(credential -> new Authenticated(
                    parts.tenant(),
                    actor(parts, credential),
                    parts.token(),
                    null,
                    credential.requestsPerMinute(),
                    credential.addressRanges()));
        });
    }

    private static Actor actor(TokenCodec.Parts parts, ApiTokenStore.Credential credential) {
        UUID agent = credential.agentId();
        String agentName = credential.agentName();
        if (agent != null && agentName != null) {
            return new Actor(ActorType.AGENT, agent, agentName, "api");
        }
        return new Actor(ActorType.API_TOKEN, parts.token().value(), credential.name(), "api");
    }

    /**
     * The agent who a host's user is. Found by the subject; or adopted, when an agent without an external identifier has the mail
     * address; or made. Name, address and role are brought up to what the host says; an agent who was made inactive stays so.
     * Safe on many threads and nodes at once.
     *
     * @param system where to do it, as the system; may be in a host's transaction
     * @throws io.insightdesk.error.ConflictException with code {@code email_taken} when the address belongs to another user's agent
     */
    public Agent provision(Scope system, HostUser user) {
        return agentService(system).provision(user);
    }

    /**
     * The agent whom a provider of identities vouches for.
     *
     * @param system where to do it, as the system
     * @param subject whom the provider means, lastingly, up to 200 characters
     * @param name what a new agent is called
     * @param verifiedEmail an address that is certainly the person's; null for none
     * @param newcomers the role in which people become agents who are none; null to make none
     * @return empty when there is no such agent, or the one with the address is somebody else's
     */
    public Optional<Agent> link(
            Scope system, String subject, String name, @Nullable String verifiedEmail, @Nullable Role newcomers) {
        return agentService(system).link(subject, name, verifiedEmail, newcomers);
    }

    private AgentService agentService(Scope scope) {
        return new AgentService(scope, agents, grants, events, cursors, cache, leavers);
    }
}
