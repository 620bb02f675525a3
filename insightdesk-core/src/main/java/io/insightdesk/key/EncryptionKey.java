package io.insightdesk.key;

import static java.util.Objects.requireNonNull;

import io.insightdesk.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A key with a name that encrypts secrets at rest: AES-256. Immutable.
 *
 * @since 0.1.0
 */
public final class EncryptionKey {

    /** The number of bytes of a key. */
    public static final int BYTES = 32;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final String id;
    private final byte[] bytes;

    /**
     * Makes a key.
     *
     * @param id 1 to 32 letters, digits, underscores or hyphens; stands beside what the key encrypted, so it is no secret. One
     *     id always means the same bytes
     * @param bytes {@value #BYTES} random bytes; copied
     * @throws IllegalArgumentException when the id has other characters or the key another length
     */
    public EncryptionKey(String id, byte[] bytes) {
        requireNonNull(bytes, "bytes");
        if (!ID.matcher(requireNonNull(id, "id")).matches()) {
            throw new IllegalArgumentException(
                    "The id of a key has 1 to 32 letters, digits, underscores or hyphens, unlike '" + id + "'.");
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("The encryption key '" + id + "' has " + bytes.length
                    + " bytes; give it " + BYTES + " random ones.");
        }
        this.id = id;
        this.bytes = bytes.clone();
    }

    /**
     * Makes a key whose id is computed from its bytes, in one direction: for hosts that have no name for it.
     *
     * @param bytes {@value #BYTES} random bytes; copied
     * @return the key; the same id for the same bytes
     * @throws IllegalArgumentException when the key has another length
     */
    public static EncryptionKey of(byte[] bytes) {
        MessageDigest digest = Sha256.digest();
        digest.update("insightdesk encryption key id".getBytes(StandardCharsets.US_ASCII));
        return new EncryptionKey(HexFormat.of().formatHex(digest.digest(bytes), 0, 8), bytes);
    }

    /**
     * Names the key.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Gives the key.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The id; never the key. */
    @Override
    public String toString() {
        return "EncryptionKey[" + id + "]";
    }
}
