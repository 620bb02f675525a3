package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Account;
import io.insightdesk.login.SecondFactor;
import io.insightdesk.login.SecurityKeys;
import io.insightdesk.login.Session;
import io.insightdesk.login.SessionId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.util.encoders.Base32;
import org.jspecify.annotations.Nullable;

final class AccountService implements Account, SecondFactor {

    private final LoginFeature feature;
    private final Scope scope;
    private final @Nullable SessionId session;

    AccountService(LoginFeature feature, Scope scope, @Nullable SessionId session) {
        this.feature = feature;
        this.scope = scope;
        this.session = session;
    }

    @Override
    public SessionId currentSession() {
        if (session == null) {
            throw scope.access().refusal("login:session");
        }
        return session;
    }

    private Holder holder() {
        SessionId unused = currentSession();
        return Holder.of(scope.actor());
    }

    /** Who is logged in, for what only agents have. */
    AgentId self() {
        AgentId agent = holder().agent();
        if (agent == null) {
            throw scope.access().refusal("login:agent");
        }
        return agent;
    }

    /** In transactions of the library's own, with all permissions: what one may do with one's own login is no matter of roles. */
    Scope own() {
        return feature.own(scope);
    }

    Agent agent() {
        return feature.identity.agents(own()).get(self());
    }

    @Override
    public List<Session> sessions() {
        Holder self = holder();
        Scope own = own();
        return own.run(tx -> feature.sessions.list(tx, own, self));
    }

    @Override
    public void endSession(SessionId id) {
        requireNonNull(id, "id");
        Holder self = holder();
        Scope own = own();
        boolean ended = own.run(tx -> feature.store
                .lock(tx, id, own.now())
                .filter(found -> Holder.of(found).equals(self))
                .map(found -> feature.sessions.end(tx, own, self, id, endedBy(self)))
                .orElse(false));
        if (!ended) {
            throw new NotFoundException("session", id.toString());
        }
    }

    @Override
    public int endAllSessions() {
        Holder self = holder();
        Scope own = own();
        return own.run(tx -> feature.sessions.endAll(tx, own, self, endedBy(self)));
    }

    private static String endedBy(Holder self) {
        return self.isCustomer() ? "ended_by_customer" : "ended_by_agent";
    }

    @Override
    public void changePassword(String current, String wanted) {
        requireNonNull(wanted, "wanted");
        Agent agent = agent();
        int before = provePassword("/currentPassword", agent, current);
        feature.rules.check("/newPassword", wanted, agent);
        String hash = feature.hasher.hash(wanted);
        Scope own = own();
        own.run(tx -> {
            if (!feature.credentials.holdUnchanged(tx, agent.id(), before)) {
                throw wrongPassword("/currentPassword");
            }
            feature.setPassword(tx, own, agent, hash, "agent");
            feature.sessions.endOthers(tx, own, Holder.of(agent.id()), currentSession(), "password_changed");
            return true;
        });
    }

    /** Answers the version of the present password, after it was given. */
    int provePassword(String pointer, Agent agent, String password) {
        requireNonNull(password, "password");
        Scope own = own();
        List<Attempts.Subject> subjects = Attempts.of(Attempts.Kind.ACCOUNT, agent.email(), null);
        feature.attempts.count(own, subjects);
        CredentialStore.Credential credential = own.run(tx -> feature.credentials.find(tx, agent.id()));
        String hash = credential.passwordHash();
        if (!feature.hasher.matches(password, hash) || hash == null) {
            throw wrongPassword(pointer);
        }
        own.run(tx -> succeeded(tx, subjects));
        return credential.passwordVersion();
    }

    private boolean succeeded(Tx tx, List<Attempts.Subject> subjects) {
        feature.attempts.succeeded(tx, subjects);
        return true;
    }

    private static InvalidInputException wrongPassword(String pointer) {
        return new InvalidInputException(pointer, "wrong_password", "This is not the present password.");
    }

    @Override
    public void verifyEmail() {
        Agent agent = agent();
        feature.requireMail();
        Scope own = own();
        own.run(tx -> feature.mails.enqueue(tx, own, CredentialStore.Purpose.EMAIL, agent.email()));
    }

    @Override
    public SecondFactor secondFactor() {
        AgentId unused = self();
        return this;
    }

    @Override
    public SecurityKeys securityKeys() {
        AgentId unused = self();
        return new SecurityKeyService(feature, this);
    }

    /** Asks for a second factor, where one is set up. */
    void proveFactor(Scope own, AgentId self, @Nullable String code) {
        if (!own.run(tx -> feature.secondFactors.isSetUp(tx, self))) {
            return;
        }
        if (code == null) {
            throw new InvalidInputException(
                    "/code", "required", "A code of the second factor is needed that is set up already.");
        }
        boolean unused = withCode(
                own,
                self,
                code,
                (tx, proof) -> feature.secondFactors.use(tx, self, proof) ? Optional.of(true) : Optional.empty());
    }

    @Override
    public Authenticator begin(String password, @Nullable String code) {
        Agent agent = agent();
        int unused = provePassword("/password", agent, password);
        if (own().run(tx -> feature.secondFactors.hasAuthenticator(tx, agent.id()))) {
            throw authenticatorExists();
        }
        proveFactor(own(), agent.id(), code);
        byte[] seed = feature.secondFactors.seed();
        byte[] sealed = feature.secondFactors.seal(own(), seed);
        boolean stored = own().run(tx -> feature.secondFactors.store(tx, agent.id(), sealed));
        if (!stored) {
            throw authenticatorExists();
        }
        String text = Base32.toBase32String(seed);
        String label = URLEncoder.encode(feature.options.issuer() + ":" + agent.email(), StandardCharsets.UTF_8)
                .replace("+", "%20");
        String issuer = URLEncoder.encode(feature.options.issuer(), StandardCharsets.UTF_8)
                .replace("+", "%20");
        return new Authenticator(
                Secret.of(text), Secret.of("otpauth://totp/" + label + "?secret=" + text + "&issuer=" + issuer));
    }

    @Override
    public List<String> confirm(String code) {
        requireNonNull(code, "code");
        AgentId self = self();
        Scope own = own();
        List<Attempts.Subject> subjects = Attempts.of(Attempts.Kind.CODE, self.toString(), null);
        feature.attempts.count(own, subjects);
        SecondFactors.Proof proof = feature.secondFactors.prove(own, self, code);
        if (proof.seed() == null) {
            throw noAuthenticator();
        }
        if (proof.step() == null) {
            throw wrongCode();
        }
        return own.run(tx -> {
            feature.keyStore.holdAgent(tx, self);
            boolean first = !feature.secondFactors.isSetUp(tx, self);
            if (!feature.secondFactors.confirm(tx, self, proof, own.now())) {
                throw noAuthenticator();
            }
            List<String> codes = first ? feature.secondFactors.renewRecoveryCodes(tx, self) : List.of();
            feature.attempts.succeeded(tx, subjects);
            feature.sessions.strengthen(tx, currentSession());
            feature.sessions.endOthers(tx, own, Holder.of(self), currentSession(), "second_factor_added");
            feature.events.append(tx, own, "second_factor_added", payload(self));
            return codes;
        });
    }

    @Override
    public void remove(String code) {
        AgentId self = self();
        Scope own = own();
        if (!own.run(tx -> feature.secondFactors.hasAuthenticator(tx, self))) {
            throw noAuthenticator();
        }
        var unused = withCode(own, self, code, (tx, proof) -> {
            feature.keyStore.holdAgent(tx, self);
            if (!feature.secondFactors.use(tx, self, proof)) {
                return Optional.<Boolean>empty();
            }
            feature.secondFactors.removeAuthenticator(tx, self);
            feature.events.append(tx, own, "second_factor_removed", payload(self));
            return Optional.of(true);
        });
    }

    @Override
    public List<String> renewRecoveryCodes(String code) {
        AgentId self = self();
        Scope own = own();
        return withCode(own, self, code, (tx, proof) -> {
            if (!feature.secondFactors.useDevice(tx, self, proof)) {
                return Optional.<List<String>>empty();
            }
            feature.events.append(tx, own, "recovery_codes_renewed", Map.of("agentId", self.toString()));
            return Optional.of(feature.secondFactors.renewRecoveryCodes(tx, self));
        });
    }

    /** What is done with a code, if that is good. */
    interface Use<T> {
        Optional<T> of(Tx tx, SecondFactors.Proof proof);
    }

    <T> T withCode(Scope own, AgentId self, String code, Use<T> use) {
        requireNonNull(code, "code");
        if (!own.run(tx -> feature.secondFactors.isSetUp(tx, self))) {
            throw noAuthenticator();
        }
        List<Attempts.Subject> subjects = Attempts.of(Attempts.Kind.CODE, self.toString(), null);
        feature.attempts.count(own, subjects);
        SecondFactors.Proof proof =
                feature.secondFactors.prove(own, self, currentSession().value(), code);
        Optional<T> done = own.run(tx -> {
            Optional<T> result = use.of(tx, proof);
            if (result.isPresent()) {
                feature.attempts.succeeded(tx, subjects);
            }
            return result;
        });
        return done.orElseThrow(AccountService::wrongCode);
    }

    private static Map<String, Object> payload(AgentId self) {
        return Map.of("agentId", self.toString(), "method", "totp");
    }

    private static ConflictException authenticatorExists() {
        return new ConflictException("authenticator_exists", "There is an authenticator already; remove it first.");
    }

    private static InvalidInputException wrongCode() {
        return new InvalidInputException("/code", "wrong_code", "The code is wrong, or was used before.");
    }

    private static ConflictException noAuthenticator() {
        return new ConflictException("no_authenticator", "There is no authenticator, or it is confirmed already.");
    }
}
