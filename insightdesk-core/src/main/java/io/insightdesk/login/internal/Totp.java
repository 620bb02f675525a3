package io.insightdesk.login.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes by time (TOTP, RFC 6238) as all authenticators make them: SHA-1, six digits, steps of 30 seconds. By hand, because no library
 * for it is kept up, and it is one HMAC.
 */
final class Totp {

    static final int SEED_BYTES = 20;
    static final int STEP_SECONDS = 30;

    /** A code is taken for a step before and after its own: clocks differ, and people need time to type. */
    private static final int WINDOW = 1;

    private static final int DIGITS = 6;
    private static final int MODULUS = 1_000_000;

    private Totp() {}

    /** The step at a time. */
    static long step(Instant time) {
        return Math.floorDiv(
                time.getEpochSecond(), Duration.ofSeconds(STEP_SECONDS).toSeconds());
    }

    static String code(byte[] seed, long step) {
        byte[] mac = hmac(seed, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        int offset = mac[mac.length - 1] & 0xf;
        int number = ByteBuffer.wrap(mac).getInt(offset) & Integer.MAX_VALUE;
        return String.format(Locale.ROOT, "%0" + DIGITS + "d", number % MODULUS);
    }

    /** The step that a code is of; empty where it is of none around now. All are compared, in constant time. */
    static OptionalLong match(byte[] seed, String code, Instant now) {
        byte[] given = code.getBytes(StandardCharsets.UTF_8);
        long around = step(now);
        OptionalLong found = OptionalLong.empty();
        for (long step = around - WINDOW; step <= around + WINDOW; step++) {
            if (MessageDigest.isEqual(code(seed, step).getBytes(StandardCharsets.UTF_8), given)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    private static byte[] hmac(byte[] seed, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(seed, "RAW"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA1", e);
        }
    }
}
