package io.insightdesk.login.internal;

import io.insightdesk.error.UnavailableException;
import io.insightdesk.login.LoginOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords by Argon2id (RFC 9106) in the usual text form, which carries the parameters: they can grow. As many at a time as
 * there are processors, since each takes memory. Thread-safe.
 */
final class PasswordHasher {

    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]?)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int PATIENCE_SECONDS = 5;

    private final Cost cost;
    private final SecureRandom random;
    private final Semaphore places =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()));
    private final String nobodys;

    /** What a hash costs; a stored one that cost something else is made anew with the next login. */
    record Cost(int memoryKib, int passes, int lanes) {
        static final Cost RECOMMENDED = new Cost(LoginOptions.ARGON2_MEMORY_KIB, 2, 1);
    }

    PasswordHasher(Cost cost, SecureRandom random) {
        this.cost = cost;
        this.random = random;
        byte[] noPassword = new byte[HASH_BYTES];
        random.nextBytes(noPassword);
        this.nobodys = hash(Base64.getEncoder().encodeToString(noPassword));
    }

    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.passes() + ",p=" + cost.lanes() + "$"
                + encoder.encodeToString(salt) + "$" + encoder.encodeToString(derive(password, cost, salt, HASH_BYTES));
    }

    /**
     * Whether it is the password of a hash. Where there is no hash it is compared with nobody's, which takes as long.
     *
     * @throws UnavailableException with code {@code login_busy}
     */
    boolean matches(String password, @Nullable String hash) {
        boolean somebodys = hash != null && FORM.matcher(hash).matches();
        Matcher parts = FORM.matcher(somebodys ? hash : nobodys);
        if (!parts.matches()) {
            throw new IllegalStateException("not a hash of Argon2id");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        byte[] expected = decoder.decode(parts.group(5));
        byte[] actual = derive(password, costOf(parts), decoder.decode(parts.group(4)), expected.length);
        return MessageDigest.isEqual(expected, actual) && somebodys;
    }

    /** Whether a hash was made with other parameters than today's. */
    boolean isOutdated(String hash) {
        Matcher parts = FORM.matcher(hash);
        return !parts.matches() || !costOf(parts).equals(cost);
    }

    private static Cost costOf(Matcher parts) {
        return new Cost(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    private byte[] derive(String password, Cost wanted, byte[] salt, int length) {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(wanted.memoryKib())
                .withIterations(wanted.passes())
                .withParallelism(wanted.lanes())
                .withSalt(salt)
                .build();
        byte[] derived = new byte[length];
        takePlace();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(parameters);
            generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), derived);
        } finally {
            places.release();
        }
        return derived;
    }

    private void takePlace() {
        try {
            if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new UnavailableException(
                        "login_busy",
                        "Too many people log in at this moment; waited " + PATIENCE_SECONDS + " s. Try again.",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("login_busy", "The wait for a place to compare passwords was cut short.", e);
        }
    }
}
