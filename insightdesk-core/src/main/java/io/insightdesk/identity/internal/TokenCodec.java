package io.insightdesk.identity.internal;

import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.internal.Sha256;
import io.insightdesk.tenant.TenantId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/** The wire form of API tokens; see {@link io.insightdesk.identity.ApiTokens}. */
final class TokenCodec {

    static final String PREFIX = "idk_";
    static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 16;
    private static final int BODY_BYTES = 2 * ID_BYTES + SECRET_BYTES;
    private static final int BODY_DIGITS = 86;
    private static final int CHECK_DIGITS = 6;
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());

    private TokenCodec() {}

    /** What a token says. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Parts(TenantId tenant, ApiTokenId token, byte[] secret) {}

    static String write(Parts parts) {
        ByteBuffer bytes = ByteBuffer.allocate(BODY_BYTES);
        put(bytes, parts.tenant().value());
        put(bytes, parts.token().value());
        bytes.put(parts.secret());
        String body = PREFIX + digits(new BigInteger(1, bytes.array()), BODY_DIGITS);
        return body + check(body);
    }

    /** Reads a token; empty when it is not one. */
    static Optional<Parts> read(String text) {
        if (text.length() != PREFIX.length() + BODY_DIGITS + CHECK_DIGITS || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String body = text.substring(0, PREFIX.length() + BODY_DIGITS);
        if (!check(body).equals(text.substring(body.length()))) {
            return Optional.empty();
        }
        BigInteger number = BigInteger.ZERO;
        for (int i = PREFIX.length(); i < body.length(); i++) {
            int digit = DIGITS.indexOf(body.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            number = number.multiply(BASE).add(BigInteger.valueOf(digit));
        }
        if (number.bitLength() > BODY_BYTES * 8) {
            return Optional.empty();
        }
        byte[] magnitude = number.toByteArray();
        byte[] body64 = new byte[BODY_BYTES];
        int length = Math.min(magnitude.length, BODY_BYTES);
        System.arraycopy(magnitude, magnitude.length - length, body64, BODY_BYTES - length, length);
        ByteBuffer bytes = ByteBuffer.wrap(body64);
        TenantId tenant = new TenantId(new UUID(bytes.getLong(), bytes.getLong()));
        ApiTokenId token = new ApiTokenId(new UUID(bytes.getLong(), bytes.getLong()));
        return Optional.of(new Parts(tenant, token, Arrays.copyOfRange(body64, 2 * ID_BYTES, BODY_BYTES)));
    }

    static byte[] hash(byte[] secret) {
        return Sha256.of(secret);
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static String check(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return digits(BigInteger.valueOf(crc.getValue()), CHECK_DIGITS);
    }

    private static String digits(BigInteger value, int length) {
        char[] text = new char[length];
        BigInteger rest = value;
        for (int i = length - 1; i >= 0; i--) {
            BigInteger[] next = rest.divideAndRemainder(BASE);
            text[i] = DIGITS.charAt(next[1].intValue());
            rest = next[0];
        }
        return new String(text);
    }
}
