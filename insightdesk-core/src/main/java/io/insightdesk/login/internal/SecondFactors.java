package io.insightdesk.login.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.internal.KeyFeature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.bouncycastle.util.encoders.Base32;
import org.jspecify.annotations.Nullable;

/**
 * Authenticators and recovery codes, and the codes that come from security keys. Seeds are opened outside of transactions, for the key may be far away.
 * Thread-safe.
 */
final class SecondFactors {

    /** Where sealed seeds are, so that they can be sealed anew under another key. */
    static final KeyFeature.SealedColumn SEALED =
            new KeyFeature.SealedColumn("login_authenticator", "sealed_seed", "login.authenticator");

    private static final int RECOVERY_CODES = 10;
    private static final int RECOVERY_BYTES = 15;
    private static final int GROUP = 4;

    private final KeyFeature keys;
    private final SecurityKeyStore keyStore;
    private final SecureRandom random;

    SecondFactors(KeyFeature keys, SecurityKeyStore keyStore, SecureRandom random) {
        this.keys = keys;
        this.keyStore = keyStore;
        this.random = random;
    }

    /**
     * What a code may be: of a step of the authenticator, from a security key, or a recovery code.
     *
     * @param seed of which seed; null where there is no authenticator
     * @param step of which step; null where it is of none around now
     * @param recoveryHash the hash, were it a recovery code
     * @param shown in which session a key was shown; null where it is no such code
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Proof(
            @Nullable UUID seed,
            @Nullable Long step,
            byte[] recoveryHash,
            @Nullable Shown shown) {}

    /** A code that a key was shown for. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    record Shown(UUID session, byte[] hash, Instant now) {}

    /** A seed as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    private record Sealed(UUID id, byte[] bytes) {}

    private static final String HAS_AUTHENTICATOR = """
            select true
            from {schema}.login_authenticator
            where tenant_id = :tenant and agent_id = :agent and confirmed_at is not null
            """;

    /** Whether a login needs a second factor, whichever that is. */
    boolean isSetUp(Tx tx, AgentId agent) {
        return hasAuthenticator(tx, agent) || keyStore.hasAny(tx, agent);
    }

    boolean hasAuthenticator(Tx tx, AgentId agent) {
        return tx.query(HAS_AUTHENTICATOR)
                .bind("agent", agent.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /** Looks what a code is that is given in a session; nothing is used up yet. */
    Proof prove(Scope scope, AgentId agent, UUID session, String code) {
        Optional<OpaqueToken> shown = OpaqueToken.read(OpaqueToken.KEY_PROOF, code.strip())
                .filter(token ->
                        token.tenant().equals(scope.tenant()) && token.id().equals(session));
        return shown.map(token -> new Proof(null, null, hash(code), new Shown(session, token.hash(), scope.now())))
                .orElseGet(() -> prove(scope, agent, code));
    }

    /** The same where there is no session yet. */
    Proof prove(Scope scope, AgentId agent, String code) {
        String plain = code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        Sealed sealed = scope.run(tx -> find(tx, agent)).orElse(null);
        if (sealed == null) {
            return new Proof(null, null, hash(plain), null);
        }
        byte[] seed = keys.open(scope.tenant().value(), SEALED.purpose(), sealed.bytes());
        OptionalLong step = Totp.match(seed, plain, scope.now());
        return new Proof(sealed.id(), step.isPresent() ? step.getAsLong() : null, hash(plain), null);
    }

    private static final String USE_STEP = """
            update {schema}.login_authenticator
            set last_step = :step
            where tenant_id = :tenant and agent_id = :agent and seed_id = :seed and last_step < :step
              and confirmed_at is not null
            """;

    private static final String USE_RECOVERY_CODE = """
            delete from {schema}.login_recovery_code
            where tenant_id = :tenant and agent_id = :agent and code_hash = :hash
            """;

    /** Whether the code is good now, which it then is no more: a step only after the last one that was used. */
    boolean use(Tx tx, AgentId agent, Proof proof) {
        return useDevice(tx, agent, proof)
                || tx.update(USE_RECOVERY_CODE)
                                .bind("agent", agent.value())
                                .bind("hash", proof.recoveryHash())
                                .execute()
                        == 1;
    }

    /** The same, for what a recovery code is not enough for. */
    boolean useDevice(Tx tx, AgentId agent, Proof proof) {
        Shown shown = proof.shown();
        return shown == null ? useStep(tx, agent, proof) : useShown(tx, agent, shown);
    }

    private boolean useShown(Tx tx, AgentId agent, Shown shown) {
        return keyStore.take(tx, agent, SecurityKeyStore.Purpose.PROVED, shown.session(), shown.now())
                .filter(hash -> MessageDigest.isEqual(hash, shown.hash()))
                .isPresent();
    }

    private static boolean useStep(Tx tx, AgentId agent, Proof proof) {
        Long step = proof.step();
        return step != null
                && tx.update(USE_STEP)
                                .bind("agent", agent.value())
                                .bind("seed", proof.seed())
                                .bind("step", step)
                                .execute()
                        == 1;
    }

    private static final String BEGIN = """
            insert into {schema}.login_authenticator as a (tenant_id, agent_id, seed_id, sealed_seed)
            values (:tenant, :agent, :seed, :sealed)
            on conflict (tenant_id, agent_id) do update
            set seed_id = excluded.seed_id, sealed_seed = excluded.sealed_seed, last_step = 0
            where a.confirmed_at is null
            """;

    /** A new seed, to be {@link #store stored}. */
    byte[] seed() {
        byte[] seed = new byte[Totp.SEED_BYTES];
        random.nextBytes(seed);
        return seed;
    }

    /** Seals a seed. */
    byte[] seal(Scope scope, byte[] seed) {
        return keys.seal(scope.tenant().value(), SEALED.purpose(), seed);
    }

    /** Keeps a seed that is not asked for yet; not where one is confirmed. */
    boolean store(Tx tx, AgentId agent, byte[] sealed) {
        return tx.update(BEGIN)
                        .bind("agent", agent.value())
                        .bind("seed", Ids.next())
                        .bind("sealed", sealed)
                        .execute()
                == 1;
    }

    private static final String CONFIRM = """
            update {schema}.login_authenticator
            set confirmed_at = :now, last_step = :step
            where tenant_id = :tenant and agent_id = :agent and seed_id = :seed and confirmed_at is null
            """;

    /** From now on the authenticator is asked for; answers whether the one that the code is of was there to confirm. */
    boolean confirm(Tx tx, AgentId agent, Proof proof, Instant now) {
        return tx.update(CONFIRM)
                        .bind("agent", agent.value())
                        .bind("seed", proof.seed())
                        .bind("step", proof.step())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static final String REMOVE_RECOVERY_CODES = """
            delete from {schema}.login_recovery_code
            where tenant_id = :tenant and agent_id = :agent
            """;

    private static final String ADD_RECOVERY_CODE = """
            insert into {schema}.login_recovery_code (tenant_id, agent_id, code_hash)
            values (:tenant, :agent, :hash)
            """;

    /** Makes recovery codes in place of the old ones. */
    List<String> renewRecoveryCodes(Tx tx, AgentId agent) {
        tx.update(REMOVE_RECOVERY_CODES).bind("agent", agent.value()).execute();
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < RECOVERY_CODES; i++) {
            byte[] bytes = new byte[RECOVERY_BYTES];
            random.nextBytes(bytes);
            String code = Base32.toBase32String(bytes);
            tx.update(ADD_RECOVERY_CODE)
                    .bind("agent", agent.value())
                    .bind("hash", hash(code))
                    .execute();
            codes.add(String.join("-", code.split("(?<=\\G.{" + GROUP + "})")));
        }
        return List.copyOf(codes);
    }

    private static final String REMOVE = """
            delete from {schema}.login_authenticator
            where tenant_id = :tenant and agent_id = :agent
            """;

    /** Removes the authenticator, and the recovery codes where it was the last second factor. */
    void removeAuthenticator(Tx tx, AgentId agent) {
        tx.update(REMOVE).bind("agent", agent.value()).execute();
        removeRecoveryCodesWithTheLast(tx, agent);
    }

    /** Removes the recovery codes where there is no second factor any more instead of which they could be given. */
    void removeRecoveryCodesWithTheLast(Tx tx, AgentId agent) {
        if (!isSetUp(tx, agent)) {
            tx.update(REMOVE_RECOVERY_CODES).bind("agent", agent.value()).execute();
        }
    }

    /** Removes all of them. */
    void removeAll(Tx tx, AgentId agent) {
        keyStore.removeAll(tx, agent);
        removeAuthenticator(tx, agent);
    }

    private static final String FIND = """
            select seed_id, sealed_seed
            from {schema}.login_authenticator
            where tenant_id = :tenant and agent_id = :agent
            """;

    private static Optional<Sealed> find(Tx tx, AgentId agent) {
        return tx.query(FIND)
                .bind("agent", agent.value())
                .map((row, context) -> new Sealed(row.getObject("seed_id", UUID.class), row.getBytes("sealed_seed")))
                .findOne();
    }

    /** A code has 120 random bits, so a plain hash does not give it away (OWASP ASVS 5.0, 6.5.2). */
    private static byte[] hash(String code) {
        return Sha256.of(code.getBytes(StandardCharsets.UTF_8));
    }
}
