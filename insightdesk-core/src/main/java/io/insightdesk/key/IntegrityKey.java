package io.insightdesk.key;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A secret with a name. Keys per purpose are derived from it; it signs nothing itself. Immutable.
 *
 * @since 0.1.0
 */
public final class IntegrityKey {

    /** The least number of bytes of a secret. */
    public static final int MIN_SECRET_BYTES = 32;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final String id;
    private final byte[] secret;

    /**
     * Makes a key.
     *
     * @param id 1 to 32 letters, digits, underscores or hyphens; stands in the tokens, so it is no secret
     * @param secret at least {@value #MIN_SECRET_BYTES} random bytes; copied
     * @throws IllegalArgumentException when the id has other characters or the secret is too short
     */
    public IntegrityKey(String id, byte[] secret) {
        requireNonNull(secret, "secret");
        if (!ID.matcher(requireNonNull(id, "id")).matches()) {
            throw new IllegalArgumentException(
                    "The id of a key has 1 to 32 letters, digits, underscores or hyphens, unlike '" + id + "'.");
        }
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("The secret of key '" + id + "' has " + secret.length
                    + " bytes; give it at least " + MIN_SECRET_BYTES + " random ones.");
        }
        this.id = id;
        this.secret = secret.clone();
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
     * Gives the secret.
     *
     * @return a copy
     */
    public byte[] secret() {
        return secret.clone();
    }

    /** The id; never the secret. */
    @Override
    public String toString() {
        return "IntegrityKey[" + id + "]";
    }
}
