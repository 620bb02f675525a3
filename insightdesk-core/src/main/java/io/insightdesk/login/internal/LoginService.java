package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.MailAddresses;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.Client;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.Logins;
import io.insightdesk.login.OpenIdStart;
import io.insightdesk.login.SessionId;
import io.insightdesk.tenant.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

final class LoginService implements Logins {

    private static final String CSRF = "login.csrf";
    private static final AgentId NOBODY = new AgentId(new UUID(0, 0));

    private final LoginFeature feature;

    LoginService(LoginFeature feature) {
        this.feature = feature;
    }

    @Override
    public LoginAnswer login(String tenant, String email, String password, Client client) {
        requireNonNull(email, "email");
        requireNonNull(password, "password");
        requireNonNull(client, "client");
        Optional<Scope> scope = scope(tenant, client);
        if (scope.isEmpty()) {
            boolean unused = feature.hasher.matches(password, null);
            throw wrongCredentials();
        }
        return login(scope.get(), MailAddresses.normalize(email).orElse(""), password, client);
    }

    private LoginAnswer login(Scope scope, String email, String password, Client client) {
        List<Attempts.Subject> subjects = Attempts.of(Attempts.Kind.ACCOUNT, email, client.address());
        feature.attempts.count(scope, subjects);
        Optional<Agent> found = feature.identity.agents(scope).findByEmail(email);
        // Also asked for nobody, so that it takes as long.
        CredentialStore.Credential credential = scope.run(
                tx -> feature.credentials.find(tx, found.map(Agent::id).orElse(NOBODY)));
        String hash = credential.passwordHash();
        boolean right = feature.hasher.matches(password, hash);
        if (!right || found.isEmpty() || hash == null || !mayLogIn(found.get(), credential)) {
            scope.run(tx -> feature.failed(tx, scope, found.orElse(null), "password"));
            throw wrongCredentials();
        }
        Agent agent = found.get();
        renew(scope, agent, hash, password);
        boolean strong = scope.run(tx -> feature.secondFactors.isSetUp(tx, agent.id()));
        if (strong) {
            return feature.challenge(scope, agent, subjects);
        }
        SessionBook.Issued issued = scope.run(tx -> {
            if (!feature.credentials.holdUnchanged(tx, agent.id(), credential.passwordVersion())) {
                throw wrongCredentials();
            }
            feature.attempts.succeeded(tx, subjects);
            return feature.sessions.begin(tx, feature.as(scope, agent), SessionBook.Opening.of(agent, false), client);
        });
        return feature.sessions.answer(scope, issued, feature.needsSecondFactor(scope, agent));
    }

    /** Makes the hash anew where it was made with other parameters than today's; of two who do so at once one does. */
    private void renew(Scope scope, Agent agent, String hash, String password) {
        if (feature.hasher.isOutdated(hash)) {
            String better = feature.hasher.hash(password);
            scope.run(tx -> feature.credentials.replaceHash(tx, agent.id(), hash, better));
        }
    }

    private boolean mayLogIn(Agent agent, CredentialStore.Credential credential) {
        return agent.active()
                && (!feature.options.verifiedEmailNeeded() || agent.email().equals(credential.verifiedEmail()));
    }

    /** A login that waits for a second factor. */
    private record Waiting(Scope scope, CredentialStore.Ticket ticket, Agent agent, List<Attempts.Subject> subjects) {}

    private Waiting waiting(String challenge, Client client) {
        OpaqueToken token = OpaqueToken.read(OpaqueToken.CHALLENGE, requireNonNull(challenge, "challenge"))
                .orElseThrow(LoginService::wrongChallenge);
        Scope scope = feature.system(token.tenant(), requireNonNull(client, "client"));
        CredentialStore.Ticket ticket = ticket(scope, token, Set.of(CredentialStore.Purpose.SECOND_FACTOR))
                .orElseThrow(LoginService::wrongChallenge);
        Agent agent = activeAgent(scope, ticket).orElseThrow(LoginService::wrongChallenge);
        return new Waiting(
                scope, ticket, agent, Attempts.of(Attempts.Kind.CODE, agent.id().toString(), client.address()));
    }

    /** What was given is good: the login goes on, once. */
    private SessionBook.Issued begin(Tx tx, Waiting waiting, Client client) {
        if (!feature.credentials.useTicket(tx, waiting.ticket().id())) {
            throw wrongChallenge();
        }
        feature.attempts.succeeded(tx, waiting.subjects());
        return feature.sessions.begin(
                tx,
                feature.as(waiting.scope(), waiting.agent()),
                SessionBook.Opening.of(waiting.agent(), true)
                        .until(waiting.ticket().sessionEndsAt()),
                client);
    }

    @Override
    public LoggedIn confirm(String challenge, String code, Client client) {
        requireNonNull(code, "code");
        Waiting waiting = waiting(challenge, client);
        Scope scope = waiting.scope();
        Agent agent = waiting.agent();
        feature.attempts.count(scope, waiting.subjects());
        SecondFactors.Proof proof = feature.secondFactors.prove(scope, agent.id(), code);
        Optional<SessionBook.Issued> issued = scope.run(tx -> {
            if (!feature.secondFactors.use(tx, agent.id(), proof)) {
                boolean ignored = feature.failed(tx, scope, agent, "code");
                return Optional.empty();
            }
            return Optional.of(begin(tx, waiting, client));
        });
        return feature.sessions.answer(
                scope,
                issued.orElseThrow(() -> new NotAuthenticatedException(
                        "invalid_code", "The code is wrong, or was used before. Wait for the next one.")),
                false);
    }

    @Override
    public KeyOptions beginKey(String challenge, Client client) {
        feature.ceremonies.requireOffered();
        Waiting waiting = waiting(challenge, client);
        return feature.ceremonies.toUse(
                waiting.scope(),
                waiting.agent().id(),
                SecurityKeyStore.Purpose.LOGIN,
                waiting.ticket().id());
    }

    @Override
    public LoggedIn confirmWithKey(String challenge, String credential, Client client) {
        feature.ceremonies.requireOffered();
        KeyAnswers.Used answer = KeyAnswers.used(credential);
        Waiting waiting = waiting(challenge, client);
        Scope scope = waiting.scope();
        Agent agent = waiting.agent();
        feature.attempts.count(scope, waiting.subjects());
        Optional<KeyCeremonies.Proof> proof = feature.ceremonies.verifyUsed(
                scope,
                agent.id(),
                SecurityKeyStore.Purpose.LOGIN,
                waiting.ticket().id(),
                answer);
        Optional<SessionBook.Issued> issued = scope.run(tx -> {
            if (proof.isEmpty() || !feature.ceremonies.use(tx, scope, agent.id(), proof.get())) {
                boolean ignored = feature.failed(tx, scope, agent, "security_key");
                return Optional.empty();
            }
            return Optional.of(begin(tx, waiting, client));
        });
        return feature.sessions.answer(
                scope,
                issued.orElseThrow(() -> new NotAuthenticatedException(
                        "invalid_key",
                        "The answer of the security key is not one to what was asked, or comes too late. Begin again with the"
                                + " key.")),
                false);
    }

    @Override
    public LoggedIn refresh(String refreshToken, Client client) {
        requireNonNull(client, "client");
        OpaqueToken token = OpaqueToken.read(OpaqueToken.REFRESH, requireNonNull(refreshToken, "refreshToken"))
                .orElseThrow(LoginService::wrongRefreshToken);
        Scope scope = feature.system(token.tenant(), client);
        SessionBook.Issued issued = scope.run(tx -> feature.sessions.exchange(tx, scope, token, client))
                .orElseThrow(LoginService::wrongRefreshToken);
        AgentId agent = issued.session().agent();
        boolean missing = agent != null
                && !issued.session().secondFactor()
                && feature.needsSecondFactor(
                        scope, feature.identity.agents(scope).get(agent));
        return feature.sessions.answer(scope, issued, missing);
    }

    @Override
    public void logout(String refreshToken, Client client) {
        requireNonNull(client, "client");
        OpaqueToken.read(OpaqueToken.REFRESH, requireNonNull(refreshToken, "refreshToken"))
                .ifPresent(token -> {
                    Scope scope = feature.system(token.tenant(), client);
                    boolean unused = scope.run(tx -> {
                        SessionId id = new SessionId(token.id());
                        return feature.store.findRefresh(tx, token).isPresent()
                                && feature.store
                                        .lock(tx, id, scope.now())
                                        .map(session ->
                                                feature.sessions.end(tx, scope, Holder.of(session), id, "logout"))
                                        .orElse(false);
                    });
                });
    }

    @Override
    public void forgotPassword(String tenant, String email, Client client) {
        feature.requireMail();
        requireNonNull(client, "client");
        Optional<String> address = MailAddresses.normalize(requireNonNull(email, "email"));
        Optional<Scope> scope = scope(tenant, client);
        if (address.isPresent()
                && scope.isPresent()
                && feature.attempts.allow(scope.get(), new Attempts.Subject(Attempts.Kind.MAIL, address.get()))) {
            // Whether somebody has the address is found out later, so that it cannot be told from the answer.
            feature.mails.enqueueReset(scope.get(), address.get());
        }
    }

    @Override
    public void resetPassword(String token, String password, Client client) {
        requireNonNull(password, "password");
        OpaqueToken read = link(token);
        Scope scope = feature.system(read.tenant(), requireNonNull(client, "client"));
        CredentialStore.Ticket ticket = ticket(
                        scope, read, Set.of(CredentialStore.Purpose.INVITATION, CredentialStore.Purpose.PASSWORD))
                .orElseThrow(LoginService::wrongLink);
        Agent agent = activeAgent(scope, ticket).orElseThrow(LoginService::wrongLink);
        feature.rules.check("/password", password, agent);
        String hash = feature.hasher.hash(password);
        scope.run(tx -> {
            if (!feature.credentials.useTicket(tx, ticket.id())) {
                throw wrongLink();
            }
            Scope as = feature.as(scope, agent);
            feature.setPassword(tx, as, agent, hash, ticket.purpose().wireName());
            feature.credentials.setVerified(tx, agent.id(), ticket.email());
            return feature.sessions.endAll(tx, as, Holder.of(agent.id()), "password_changed");
        });
    }

    @Override
    public void confirmEmail(String token, Client client) {
        OpaqueToken read = link(token);
        Scope scope = feature.system(read.tenant(), requireNonNull(client, "client"));
        CredentialStore.Ticket ticket =
                ticket(scope, read, Set.of(CredentialStore.Purpose.EMAIL)).orElseThrow(LoginService::wrongLink);
        Agent agent = activeAgent(scope, ticket).orElseThrow(LoginService::wrongLink);
        scope.run(tx -> {
            if (!feature.credentials.useTicket(tx, ticket.id())) {
                throw wrongLink();
            }
            feature.credentials.setVerified(tx, agent.id(), ticket.email());
            feature.events.append(
                    tx,
                    feature.as(scope, agent),
                    "email_verified",
                    Map.of("agentId", agent.id().toString()));
            return true;
        });
    }

    @Override
    public List<String> openIdProviders(String tenant) {
        return feature.openId.providers(requireNonNull(tenant, "tenant"));
    }

    @Override
    public OpenIdStart beginOpenId(String tenant, String provider, Client client) {
        return feature.openId.begin(
                activeTenant(tenant), requireNonNull(provider, "provider"), requireNonNull(client, "client"));
    }

    @Override
    public LoginAnswer finishOpenId(String state, String code, String binding, Client client) {
        return feature.openId.finish(
                requireNonNull(state, "state"),
                requireNonNull(code, "code"),
                requireNonNull(binding, "binding"),
                requireNonNull(client, "client"));
    }

    @Override
    public LinkStart beginLink(String tenant, String email, Client client) {
        requireNonNull(client, "client");
        feature.links.requireOffered();
        Optional<String> address = MailAddresses.normalize(requireNonNull(email, "email"));
        Optional<Tenant> found = activeTenant(tenant);
        found.ifPresent(CustomerLinks::requireOffered);
        return feature.links.begin(found.map(known -> feature.system(known.id(), client)), address, client);
    }

    @Override
    public LoggedIn finishLink(String token, String binding, Client client) {
        return feature.links.finish(
                requireNonNull(token, "token"), requireNonNull(binding, "binding"), requireNonNull(client, "client"));
    }

    @Override
    public String publicKeys() {
        return feature.tokens.published();
    }

    @Override
    public String csrfToken(SessionId session) {
        byte[] mac = feature.keys.mac(CSRF, session.toString().getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    @Override
    public boolean isCsrfToken(SessionId session, String token) {
        try {
            return feature.keys.verify(
                    CSRF,
                    session.toString().getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlDecoder().decode(token));
        } catch (IllegalArgumentException e) {
            // Not base 64.
            return false;
        }
    }

    @Override
    public Optional<SessionId> sessionOf(String refreshToken) {
        return OpaqueToken.read(OpaqueToken.REFRESH, refreshToken).map(token -> new SessionId(token.id()));
    }

    private Optional<Scope> scope(String slug, Client client) {
        return activeTenant(slug).map(tenant -> feature.system(tenant.id(), client));
    }

    private Optional<Tenant> activeTenant(String slug) {
        return feature.tenants.findBySlug(requireNonNull(slug, "tenant")).filter(Tenant::active);
    }

    private Optional<CredentialStore.Ticket> ticket(
            Scope scope, OpaqueToken token, Set<CredentialStore.Purpose> purposes) {
        return scope.run(tx -> feature.credentials.findTicket(tx, token, scope.now()))
                .filter(ticket -> purposes.contains(ticket.purpose()));
    }

    /** The agent of a ticket, as long as the address is still the agent's. */
    private Optional<Agent> activeAgent(Scope scope, CredentialStore.Ticket ticket) {
        try {
            return Optional.of(feature.identity.agents(scope).get(ticket.agent()))
                    .filter(agent -> agent.active() && agent.email().equals(ticket.email()));
        } catch (NotFoundException e) {
            // Removed together with the ticket, a moment ago.
            return Optional.empty();
        }
    }

    private static OpaqueToken link(String token) {
        return OpaqueToken.read(OpaqueToken.LINK, requireNonNull(token, "token"))
                .orElseThrow(LoginService::wrongLink);
    }

    private static NotAuthenticatedException wrongCredentials() {
        return new NotAuthenticatedException(
                "invalid_credentials", "The tenant, the address or the password is wrong.");
    }

    private static NotAuthenticatedException wrongChallenge() {
        return new NotAuthenticatedException(
                "invalid_challenge", "The login took too long, or was ended already. Begin again with the password.");
    }

    private static NotAuthenticatedException wrongRefreshToken() {
        return new NotAuthenticatedException(
                "invalid_refresh_token",
                "The refresh token is not valid: unknown, used, expired, or its session has ended.");
    }

    static NotAuthenticatedException wrongLink() {
        return new NotAuthenticatedException(
                "invalid_link", "The link is not valid: it was used, has expired, or there is a later one.");
    }
}
