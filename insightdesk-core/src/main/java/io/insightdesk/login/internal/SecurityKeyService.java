package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.Secret;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SecurityKey;
import io.insightdesk.login.SecurityKeyId;
import io.insightdesk.login.SecurityKeys;
import io.insightdesk.login.internal.SecurityKeyStore.Purpose;
import io.insightdesk.login.internal.SecurityKeyStore.Stored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class SecurityKeyService implements SecurityKeys {

    private final LoginFeature feature;
    private final AccountService account;

    SecurityKeyService(LoginFeature feature, AccountService account) {
        this.feature = feature;
        this.account = account;
    }

    private UUID session() {
        return account.currentSession().value();
    }

    @Override
    public List<SecurityKey> list() {
        AgentId self = account.self();
        return account.own().run(tx -> feature.keyStore.list(tx, self)).stream()
                .map(Stored::key)
                .toList();
    }

    @Override
    public SecurityKey get(SecurityKeyId id) {
        requireNonNull(id, "id");
        AgentId self = account.self();
        return account.own().run(tx -> find(tx, self, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public KeyOptions begin(String password, @Nullable String code) {
        feature.ceremonies.requireOffered();
        Agent agent = account.agent();
        Scope own = account.own();
        int unused = account.provePassword("/password", agent, password);
        own.run(tx -> requireRoom(tx, agent.id()));
        account.proveFactor(own, agent.id(), code);
        return feature.ceremonies.toAdd(own, agent, session());
    }

    private boolean requireRoom(Tx tx, AgentId agent) {
        if (feature.keyStore.list(tx, agent).size() >= MAX_KEYS) {
            throw new LimitReachedException(
                    "too_many_security_keys",
                    "An agent can have " + MAX_KEYS + " security keys; remove one first.",
                    null);
        }
        return true;
    }

    @Override
    public Added finish(String name, String credential) {
        String clean = name(name);
        feature.ceremonies.requireOffered();
        AgentId self = account.self();
        Scope own = account.own();
        KeyAnswers.Made answer = KeyAnswers.made(credential);
        WebAuthn.Made made =
                feature.ceremonies.verifyMade(own, self, session(), answer).orElseThrow(SecurityKeyService::wrongKey);
        Stored key = new Stored(
                new SecurityKeyId(Ids.next()),
                clean,
                made.credentialId(),
                made.credential(),
                made.signCount(),
                made.backupEligible(),
                made.backedUp(),
                answer.transports(),
                own.now(),
                null);
        return own.run(tx -> {
            feature.keyStore.holdAgent(tx, self);
            requireRoom(tx, self);
            boolean first = !feature.secondFactors.isSetUp(tx, self);
            if (!feature.keyStore.insertUnlessTaken(tx, self, key)) {
                throw new ConflictException("security_key_exists", "The key was added before; take another one.");
            }
            List<String> codes = first ? feature.secondFactors.renewRecoveryCodes(tx, self) : List.of();
            feature.sessions.strengthen(tx, account.currentSession());
            feature.sessions.endOthers(tx, own, Holder.of(self), account.currentSession(), "second_factor_added");
            feature.events.append(tx, own, "second_factor_added", payload(self, key.id()));
            return new Added(key.key(), codes);
        });
    }

    @Override
    public SecurityKey rename(SecurityKeyId id, String name) {
        requireNonNull(id, "id");
        String clean = name(name);
        AgentId self = account.self();
        Scope own = account.own();
        return own.run(tx -> {
                    if (!feature.keyStore.rename(tx, self, id, clean)) {
                        return Optional.<SecurityKey>empty();
                    }
                    feature.events.append(
                            tx,
                            own,
                            "security_key_renamed",
                            Map.of("agentId", self.toString(), "keyId", id.toString()));
                    return find(tx, self, id);
                })
                .orElseThrow(() -> notFound(id));
    }

    private Optional<SecurityKey> find(Tx tx, AgentId self, SecurityKeyId id) {
        return feature.keyStore.list(tx, self).stream()
                .filter(key -> key.id().equals(id))
                .map(Stored::key)
                .findFirst();
    }

    @Override
    public void remove(SecurityKeyId id, String code) {
        SecurityKey unused = get(id);
        AgentId self = account.self();
        Scope own = account.own();
        boolean removed = account.withCode(own, self, code, (tx, proof) -> {
            feature.keyStore.holdAgent(tx, self);
            if (!feature.secondFactors.use(tx, self, proof)) {
                return Optional.<Boolean>empty();
            }
            if (!feature.keyStore.remove(tx, self, id)) {
                return Optional.of(false);
            }
            feature.secondFactors.removeRecoveryCodesWithTheLast(tx, self);
            feature.events.append(tx, own, "second_factor_removed", payload(self, id));
            return Optional.of(true);
        });
        if (!removed) {
            throw notFound(id);
        }
    }

    @Override
    public KeyOptions beginProof() {
        return feature.ceremonies.toUse(account.own(), account.self(), Purpose.PROOF, session());
    }

    @Override
    public Secret prove(String credential) {
        feature.ceremonies.requireOffered();
        AgentId self = account.self();
        Scope own = account.own();
        KeyAnswers.Used answer = KeyAnswers.used(credential);
        List<Attempts.Subject> subjects = Attempts.of(Attempts.Kind.CODE, self.toString(), null);
        feature.attempts.count(own, subjects);
        Optional<KeyCeremonies.Proof> proof =
                feature.ceremonies.verifyUsed(own, self, Purpose.PROOF, session(), answer);
        OpaqueToken token = OpaqueToken.make(own.tenant(), session(), feature.random);
        boolean good = own.run(tx -> {
            if (proof.isEmpty() || !feature.ceremonies.use(tx, own, self, proof.get())) {
                return false;
            }
            feature.attempts.succeeded(tx, subjects);
            feature.keyStore.ask(
                    tx, self, Purpose.PROVED, session(), token.hash(), own.now().plus(LoginOptions.CHALLENGE_LIFETIME));
            return true;
        });
        if (!good) {
            throw wrongKey();
        }
        return token.text(OpaqueToken.KEY_PROOF);
    }

    private static Map<String, Object> payload(AgentId agent, SecurityKeyId key) {
        return Map.of("agentId", agent.toString(), "method", "security_key", "keyId", key.toString());
    }

    private static String name(String name) {
        requireNonNull(name, "name");
        new Violations().requireText("/name", name, MAX_NAME).throwIfAny();
        return name.strip();
    }

    private static InvalidInputException wrongKey() {
        return new InvalidInputException(
                "/credential",
                "wrong_key",
                "This does not answer what was asked of this session, or comes too late. Begin again.");
    }

    private static NotFoundException notFound(SecurityKeyId id) {
        return new NotFoundException("security_key", id.toString());
    }
}
