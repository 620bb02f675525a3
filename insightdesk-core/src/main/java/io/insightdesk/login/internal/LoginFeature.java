package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.internal.CustomerFeature;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.Origin;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.login.Account;
import io.insightdesk.login.AgentLogins;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Logins;
import io.insightdesk.login.SessionId;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the services of the library's own login from their collaborators. Thread-safe; one per {@code InsightDesk} that has a login. */
public final class LoginFeature {

    /** Of each library that only logins need, a class to find it by. */
    private static final List<String> LIBRARIES = List.of(
            "com.nimbusds.jwt.SignedJWT",
            "org.bouncycastle.crypto.generators.Argon2BytesGenerator",
            "com.nulabinc.zxcvbn.Zxcvbn");

    private static final Logger log = LoggerFactory.getLogger(LoginFeature.class);
    private static final Duration SESSIONS_KEPT = Duration.ofDays(1);

    final Tenants tenants;
    final IdentityFeature identity;
    final CustomerFeature customers;
    final EventFeature events;
    final KeyFeature keys;
    final JobFeature jobs;
    final LoginOptions options;
    final Post post;
    final SecureRandom random = new SecureRandom();
    final PasswordHasher hasher;
    final PasswordRules rules;
    final AccessTokens tokens;
    final Attempts attempts = new Attempts();
    final CredentialStore credentials = new CredentialStore();
    final SessionStore store = new SessionStore();
    final SessionBook sessions;
    final SecurityKeyStore keyStore = new SecurityKeyStore();
    final KeyCeremonies ceremonies;
    final SecondFactors secondFactors;
    final LoginMails mails;
    final OpenIdLogin openId;
    final CustomerLinks links;
    private final SessionCache cache = new SessionCache(System::nanoTime);
    private final Database database;
    private final Clock clock;
    private final Logins logins;

    /** How mails leave. Given by who sends mail. */
    public interface Post {

        /** Whether there is a way out at all. */
        boolean works();

        /**
         * Sends a mail; when it throws, nobody has it.
         *
         * @throws Exception to be tried again, unless it is a {@link io.insightdesk.job.PermanentFailureException}
         */
        void send(Letter letter) throws Exception;
    }

    /** A mail of plain text. */
    public record Letter(String from, String to, String subject, String text) {

        /** Not what is in it. */
        @Override
        public String toString() {
            return "Letter[" + subject + "]";
        }
    }

    /** Makes the feature. */
    public LoginFeature(
            Database database,
            Clock clock,
            Tenants tenants,
            IdentityFeature identity,
            CustomerFeature customers,
            EventFeature events,
            KeyFeature keys,
            JobFeature jobs,
            Post post,
            LoginOptions options) {
        this(
                database,
                clock,
                tenants,
                identity,
                customers,
                events,
                keys,
                jobs,
                post,
                options,
                PasswordHasher.Cost.RECOMMENDED);
    }

    LoginFeature(
            Database database,
            Clock clock,
            Tenants tenants,
            IdentityFeature identity,
            CustomerFeature customers,
            EventFeature events,
            KeyFeature keys,
            JobFeature jobs,
            Post post,
            LoginOptions options,
            PasswordHasher.Cost cost) {
        this.database = database;
        this.clock = clock;
        this.tenants = tenants;
        this.identity = identity;
        this.customers = customers;
        this.events = events;
        this.keys = keys;
        this.jobs = jobs;
        this.post = post;
        this.options = options;
        this.hasher = new PasswordHasher(cost, random);
        this.rules = new PasswordRules(options.breachedPasswords());
        this.tokens = new AccessTokens(options);
        this.sessions = new SessionBook(this, cache);
        this.secondFactors = new SecondFactors(keys, keyStore, random);
        this.ceremonies = new KeyCeremonies(this, keyStore);
        this.mails = new LoginMails(this);
        this.openId = new OpenIdLogin(this);
        this.links = new CustomerLinks(this);
        this.logins = new LoginService(this);
    }

    /** Finds the libraries that are missing for what was chosen. */
    public static void checkLibraries(LoginOptions options, Violations violations) {
        for (String library : LIBRARIES) {
            if (isMissing(library)) {
                violations.add(
                        "/login",
                        "library_missing",
                        "A login needs com.nimbusds:nimbus-jose-jwt, org.bouncycastle:bcprov-jdk18on and com.nulab-inc:zxcvbn on the"
                                + " class path; there is no " + library + ".");
            }
        }
        if (options.securityKeys() != null && isMissing(WebAuthn.LIBRARY)) {
            violations.add(
                    "/login",
                    "library_missing",
                    "Security keys need com.webauthn4j:webauthn4j-core on the class path; there is no "
                            + WebAuthn.LIBRARY + ".");
        }
    }

    private static boolean isMissing(String library) {
        try {
            Class<?> unused = Class.forName(library, false, LoginFeature.class.getClassLoader());
            return false;
        } catch (ClassNotFoundException e) {
            log.debug("There is no {}", library, e);
            return true;
        }
    }

    /** Gives mails their handler on this node, and cleans up. Once. */
    public void registerJobs() {
        mails.register();
        links.register();
        keys.register(SecondFactors.SEALED);
        jobs.register(MaintenanceTask.perTenant("login.purge", Duration.ofHours(1), scope -> {
            Instant now = scope.now();
            scope.run(tx -> {
                attempts.purge(tx, now);
                credentials.purge(tx, now);
                openId.purge(tx, now);
                links.purge(tx, now);
                keyStore.purge(tx, now);
                store.purge(tx, now.minus(SESSIONS_KEPT));
                return true;
            });
        }));
    }

    /** What can be done before it is known who asks. */
    public Logins logins() {
        return logins;
    }

    /** The login of who is logged in. */
    public Account account(Scope scope, @Nullable UUID session) {
        return new AccountService(this, scope, session == null ? null : new SessionId(session));
    }

    /** How agents log in. */
    public AgentLogins agentLogins(Scope scope) {
        return new AgentLoginService(this, scope);
    }

    /** Ends all sessions of an agent, as part of a transaction. */
    public void endSessions(Tx tx, Scope scope, AgentId agent, String reason) {
        int ignored = sessions.endAll(tx, scope, Holder.of(agent), reason);
    }

    /** Whom an access token stands for; empty where its session has ended, which other nodes see after a few seconds. */
    public Optional<Authenticated> authenticate(String bearer) {
        requireNonNull(bearer, "bearer");
        return tokens.verify(bearer, now())
                .flatMap(claims -> live(claims.tenant(), claims.session())
                        .filter(live -> live.holder().id().equals(claims.subject()))
                        .map(live -> new Authenticated(
                                claims.tenant(),
                                new Actor(live.holder().type(), live.holder().id(), live.name(), "api"),
                                claims.session().value())));
    }

    /** What an actor may do who came by a session: what agents may, once there is a second factor where one is needed; and customers. */
    public Authority authority(Authenticated who) {
        Authority whole = identity.authority();
        UUID session = who.session();
        if (options.secondFactorFor().isEmpty()
                || session == null
                || who.actor().type() != ActorType.AGENT) {
            return whole;
        }
        boolean strong = live(who.tenant(), new SessionId(session))
                .map(SessionStore.Live::secondFactor)
                .orElse(false);
        return scope -> {
            Access all = whole.access(scope);
            return strong || Collections.disjoint(all.permissions(), options.secondFactorFor()) ? all : Access.NONE;
        };
    }

    /** Whether an agent needs a second factor. */
    boolean needsSecondFactor(Scope system, Agent agent) {
        return !options.secondFactorFor().isEmpty()
                && !Collections.disjoint(permissions(system, agent), options.secondFactorFor());
    }

    /** What an agent may do. */
    Set<Permission> permissions(Scope system, Agent agent) {
        return as(system, agent).access().permissions();
    }

    /** Whether a session lasts; other nodes see after a few seconds that it has ended. */
    public boolean isLive(TenantId tenant, SessionId session) {
        return live(tenant, session).isPresent();
    }

    private Optional<SessionStore.Live> live(TenantId tenant, SessionId session) {
        return cache.get(session, () -> database.run(tenant.value(), tx -> store.live(tx, session, now())));
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** The library itself at work for somebody who is not logged in. */
    Scope system(TenantId tenant, Client client) {
        return new Scope(
                tenant,
                Actor.system().via("login"),
                Authority.ALL,
                database,
                clock,
                client.requestId(),
                new Origin(client.address(), client.userAgent()));
    }

    /** The same work in the name of an agent, with what the agent may do. */
    Scope as(Scope system, Agent agent) {
        return as(system, agent.actor());
    }

    /** The same for anybody. */
    Scope as(Scope system, Actor actor) {
        return new Scope(
                system.tenant(),
                actor.via("login"),
                identity.authority(),
                system.transactions(),
                clock,
                system.requestId(),
                system.origin());
    }

    /** Somebody's own doings, in transactions of the library's own. */
    Scope own(Scope scope) {
        return new Scope(
                scope.tenant(), scope.actor(), Authority.ALL, database, clock, scope.requestId(), scope.origin());
    }

    /** Sets a password, with which every other way to set it ends that is still open. */
    void setPassword(Tx tx, Scope scope, Agent agent, String hash, String by) {
        credentials.setPassword(tx, agent.id(), hash, scope.now());
        credentials.removeTickets(tx, agent.id(), CredentialStore.Purpose.INVITATION);
        credentials.removeTickets(tx, agent.id(), CredentialStore.Purpose.PASSWORD);
        credentials.removeTickets(tx, agent.id(), CredentialStore.Purpose.SECOND_FACTOR);
        attempts.succeeded(tx, Attempts.of(Attempts.Kind.ACCOUNT, agent.email(), null));
        events.append(
                tx, scope, "password_changed", Map.of("agentId", agent.id().toString(), "by", by));
    }

    /** Asks for the second factor; what was tried until now was right. */
    LoginAnswer challenge(Scope scope, Agent agent, List<Attempts.Subject> subjects) {
        return challenge(scope, agent, subjects, null);
    }

    private LoginAnswer challenge(
            Scope scope, Agent agent, List<Attempts.Subject> subjects, @Nullable Instant sessionEndsAt) {
        OpaqueToken token = OpaqueToken.make(scope.tenant(), Ids.next(), random);
        CredentialStore.Ticket ticket = new CredentialStore.Ticket(
                token.id(),
                agent.id(),
                CredentialStore.Purpose.SECOND_FACTOR,
                agent.email(),
                scope.now().plus(LoginOptions.CHALLENGE_LIFETIME),
                sessionEndsAt);
        Set<String> methods = scope.run(tx -> {
            attempts.succeeded(tx, subjects);
            credentials.addTicket(tx, ticket, token.hash());
            return methods(tx, agent.id());
        });
        return new LoginAnswer.SecondFactorNeeded(token.text(OpaqueToken.CHALLENGE), ticket.expiresAt(), methods);
    }

    private Set<String> methods(Tx tx, AgentId agent) {
        Set<String> methods = new HashSet<>(Set.of("recovery_code"));
        if (secondFactors.hasAuthenticator(tx, agent)) {
            methods.add("totp");
        }
        if (ceremonies.offered() && keyStore.hasAny(tx, agent)) {
            methods.add("security_key");
        }
        return methods;
    }

    /** Begins the session of an agent for whom somebody else vouched for a time, or asks for the second factor that is set up here. */
    LoginAnswer beginSession(Scope scope, Agent agent, boolean secondFactor, Duration lifetime, Client client) {
        Instant end = scope.now().plus(lifetime);
        if (scope.run(tx -> secondFactors.isSetUp(tx, agent.id()))) {
            return challenge(scope, agent, List.of(), end);
        }
        SessionBook.Issued issued = scope.run(tx -> sessions.begin(
                tx,
                as(scope, agent),
                SessionBook.Opening.of(agent, secondFactor).until(end),
                client));
        return sessions.answer(scope, issued, !secondFactor && needsSecondFactor(scope, agent));
    }

    /** Writes down a failed attempt; not whose address was tried where it is nobody's. */
    boolean failed(Tx tx, Scope scope, @Nullable Agent agent, String what) {
        Map<String, Object> payload = new HashMap<>(Map.of("wrong", what));
        if (agent != null) {
            payload.put("agentId", agent.id().toString());
        }
        events.append(tx, scope, "login_failed", payload);
        return false;
    }

    void requireMail() {
        if (options.mailFrom() == null || !post.works()) {
            throw new ConflictException(
                    "login_mail_not_configured",
                    "Mails about logins cannot be sent: configure a mail transport, and LoginOptions.Builder.mails(…).");
        }
    }
}
