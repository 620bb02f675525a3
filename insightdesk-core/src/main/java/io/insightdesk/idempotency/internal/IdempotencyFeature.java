package io.insightdesk.idempotency.internal;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Gives a repeated request the answer of the first one, without doing its work again. Thread-safe. */
public final class IdempotencyFeature {

    /** How long an answer is kept. */
    public static final Duration KEPT_FOR = Duration.ofHours(24);

    private static final String PRIMARY_KEY = "idempotency_key_pkey";
    private static final int PURGE_BATCH = 1_000;

    private final IdempotencyStore store = new IdempotencyStore();

    /** Makes the feature. */
    public IdempotencyFeature() {}

    /**
     * Does the work of a request, unless it was done. The effect and the answer are written in one transaction, the scope that
     * the effect gets is joined to it. The effect may be called again after a serialization failure, so it does nothing but the
     * library's work; where it throws, nothing is kept.
     *
     * @throws ConflictException with code {@code request_in_flight} while the same request is under way elsewhere
     * @throws InvalidInputException with the violation {@code idempotency_key_reused} when the first request was another one
     */
    public RememberedAnswer remember(Scope scope, IdempotentRequest request, Function<Scope, RememberedAnswer> effect) {
        byte[] key = sha256(request.scope());
        byte[] requestHash = sha256(request.hash());
        try {
            return scope.run(tx -> remember(tx, scope, key, requestHash, effect));
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).filter(PRIMARY_KEY::equals).isPresent()) {
                throw inFlight();
            }
            throw e;
        }
    }

    private RememberedAnswer remember(
            Tx tx, Scope scope, byte[] key, byte[] requestHash, Function<Scope, RememberedAnswer> effect) {
        if (!store.tryLock(tx, lock(scope, key))) {
            throw inFlight();
        }
        Instant now = scope.now();
        Optional<IdempotencyStore.Kept> kept = store.find(tx, key);
        if (kept.isPresent()) {
            if (kept.get().createdAt().plus(KEPT_FOR).isAfter(now)) {
                return answer(kept.get(), requestHash);
            }
            store.delete(tx, key);
        }
        RememberedAnswer answer = effect.apply(scope.in(tx));
        if (answer.status() < 500) {
            store.insert(tx, key, requestHash, answer, now);
        }
        return answer;
    }

    private static RememberedAnswer answer(IdempotencyStore.Kept kept, byte[] requestHash) {
        if (!kept.requestHash().equals(HexFormat.of().formatHex(requestHash))) {
            throw new InvalidInputException(
                    "",
                    "idempotency_key_reused",
                    "This idempotency key was used for a request with another content. Use a new key for a new request.");
        }
        return kept.answer();
    }

    private static ConflictException inFlight() {
        return new ConflictException(
                "request_in_flight", "The same request is under way. Repeat it later to get its answer.");
    }

    /** Forgets a tenant's answers that are too old; answers how many. */
    public int purge(Scope scope) {
        Instant before = scope.now().minus(KEPT_FOR);
        int purged = 0;
        int some;
        do {
            some = scope.run(tx -> store.purge(tx, before, PURGE_BATCH));
            purged += some;
        } while (some == PURGE_BATCH);
        return purged;
    }

    /** The locks of a database are shared with the host, so the number is as good as random. */
    private static long lock(Scope scope, byte[] key) {
        return ByteBuffer.wrap(sha256("insightdesk idempotency " + scope.tenant() + " "
                        + HexFormat.of().formatHex(key)))
                .getLong();
    }

    private static byte[] sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
