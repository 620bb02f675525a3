package io.insightdesk.login.internal;

import io.insightdesk.error.ConflictException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.RelyingParty;
import io.insightdesk.login.SecurityKeyId;
import io.insightdesk.login.internal.SecurityKeyStore.Purpose;
import io.insightdesk.login.internal.SecurityKeyStore.Stored;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What keys are asked, and what becomes of their answers. Answers are verified outside of transactions. Thread-safe. */
final class KeyCeremonies {

    private static final int CHALLENGE_BYTES = 32;

    private final LoginFeature feature;
    private final SecurityKeyStore store;
    private final @Nullable RelyingParty party;
    private final @Nullable WebAuthn webAuthn;

    KeyCeremonies(LoginFeature feature, SecurityKeyStore store) {
        this.feature = feature;
        this.store = store;
        this.party = feature.options.securityKeys();
        this.webAuthn = party == null ? null : new WebAuthn(party);
    }

    /**
     * An answer that was verified, except for what has to be looked at when it counts.
     *
     * @param key of which key
     * @param used what the key says of itself
     */
    record Proof(SecurityKeyId key, WebAuthn.Used used) {}

    boolean offered() {
        return party != null;
    }

    private RelyingParty party() {
        if (party == null) {
            throw notConfigured();
        }
        return party;
    }

    private WebAuthn webAuthn() {
        if (webAuthn == null) {
            throw notConfigured();
        }
        return webAuthn;
    }

    void requireOffered() {
        RelyingParty unused = party();
    }

    private static ConflictException notConfigured() {
        return new ConflictException(
                "security_keys_not_configured",
                "Security keys are not offered: say with LoginOptions.Builder.securityKeys(…) where they are good.");
    }

    /** What to ask a key that is to be added. Those that there are answer that they are there already. */
    KeyOptions toAdd(Scope scope, Agent agent, UUID boundTo) {
        RelyingParty known = party();
        byte[] challenge = challenge();
        Instant expiresAt = scope.now().plus(LoginOptions.CHALLENGE_LIFETIME);
        List<Stored> present = scope.run(tx -> {
            store.ask(tx, agent.id(), Purpose.REGISTRATION, boundTo, Sha256.of(challenge), expiresAt);
            return store.list(tx, agent.id());
        });
        Map<String, Object> options = Map.of(
                "rp",
                Map.of("id", known.id(), "name", known.name()),
                "user",
                Map.of("id", text(handle(agent.id())), "name", agent.email(), "displayName", agent.name()),
                "challenge",
                text(challenge),
                "pubKeyCredParams",
                WebAuthn.ALGORITHMS.stream()
                        .map(value -> Map.of("type", "public-key", "alg", value))
                        .toList(),
                "timeout",
                LoginOptions.CHALLENGE_LIFETIME.toMillis(),
                "excludeCredentials",
                descriptors(present),
                "authenticatorSelection",
                // The password is what the agent knows; a place on the key is for those who log in without one.
                Map.of("residentKey", "discouraged", "requireResidentKey", false, "userVerification", "discouraged"),
                "attestation",
                "none");
        return new KeyOptions(Json.write(options), expiresAt);
    }

    /** What to ask one of an agent's keys. */
    KeyOptions toUse(Scope scope, AgentId agent, Purpose purpose, UUID boundTo) {
        RelyingParty known = party();
        byte[] challenge = challenge();
        Instant expiresAt = scope.now().plus(LoginOptions.CHALLENGE_LIFETIME);
        List<Stored> present = scope.run(tx -> {
            List<Stored> keys = store.list(tx, agent);
            if (!keys.isEmpty()) {
                store.ask(tx, agent, purpose, boundTo, Sha256.of(challenge), expiresAt);
            }
            return keys;
        });
        if (present.isEmpty()) {
            throw new ConflictException("no_security_key", "There is no security key.");
        }
        Map<String, Object> options = Map.of(
                "rpId", known.id(),
                "challenge", text(challenge),
                "timeout", LoginOptions.CHALLENGE_LIFETIME.toMillis(),
                "allowCredentials", descriptors(present),
                "userVerification", "discouraged");
        return new KeyOptions(Json.write(options), expiresAt);
    }

    /** Verifies the answer of a key that is to be added, of which it was asked once. */
    Optional<WebAuthn.Made> verifyMade(Scope scope, AgentId agent, UUID boundTo, KeyAnswers.Made answer) {
        WebAuthn verifier = webAuthn();
        return scope.run(tx -> store.take(tx, agent, Purpose.REGISTRATION, boundTo, scope.now()))
                .flatMap(hash -> verifier.verify(answer, hash));
    }

    /** Verifies the answer of one of the agent's keys, of which it was asked once. Only {@link #use} says whether it is good. */
    Optional<Proof> verifyUsed(Scope scope, AgentId agent, Purpose purpose, UUID boundTo, KeyAnswers.Used answer) {
        WebAuthn verifier = webAuthn();
        Optional<byte[]> hash = scope.run(tx -> store.take(tx, agent, purpose, boundTo, scope.now()));
        byte[] said = answer.userHandle();
        if (hash.isEmpty() || (said != null && !MessageDigest.isEqual(said, handle(agent)))) {
            return Optional.empty();
        }
        return scope.run(tx -> store.find(tx, agent, answer.credentialId()))
                .flatMap(key -> verifier.verify(answer, key, hash.get()).map(used -> new Proof(key.id(), used)));
    }

    /**
     * Whether the key is there and its count of signatures goes on, or it does not count; then it is counted. One that goes back is written down,
     * so what is refused is to be committed.
     */
    boolean use(Tx tx, Scope scope, AgentId agent, Proof proof) {
        Optional<Long> known = store.hold(tx, agent, proof.key());
        if (known.isEmpty()) {
            return false;
        }
        long before = known.get();
        long now = proof.used().signCount();
        if ((before != 0 || now != 0) && now <= before) {
            feature.events.append(
                    tx,
                    scope,
                    "security_key_counter_reversed",
                    Map.of("agentId", agent.toString(), "keyId", proof.key().toString(), "known", before, "sent", now));
            return false;
        }
        store.used(tx, proof.key(), proof.used(), scope.now());
        return true;
    }

    private byte[] challenge() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        feature.random.nextBytes(bytes);
        return bytes;
    }

    private static List<Map<String, Object>> descriptors(List<Stored> keys) {
        return keys.stream()
                .map(key -> Map.<String, Object>of(
                        "type",
                        "public-key",
                        "id",
                        text(key.credentialId()),
                        "transports",
                        key.transports().stream().sorted().toList()))
                .toList();
    }

    /** What keys call the agent: nothing that says who it is. */
    private static byte[] handle(AgentId agent) {
        return ByteBuffer.allocate(16)
                .putLong(agent.value().getMostSignificantBits())
                .putLong(agent.value().getLeastSignificantBits())
                .array();
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
