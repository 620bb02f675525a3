package io.insightdesk.key;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that is not to be seen: a password, a token, a seed. Printed, logged or put into an exception it shows dots; only
 * {@link #reveal} gives the text. Two are compared in a time that does not tell where they differ. Immutable.
 *
 * @since 0.1.0
 */
public final class Secret {

    private static final String MASK = "••••";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /**
     * Hides a text.
     *
     * @param text the secret
     * @return it, hidden
     */
    public static Secret of(String text) {
        return new Secret(requireNonNull(text, "text"));
    }

    /**
     * Gives the text, to be used and not kept.
     *
     * @return the secret
     */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(text), bytes(secret.text));
    }

    /** The same for all: a hash of the text would tell something of it. */
    @Override
    public int hashCode() {
        return Secret.class.hashCode();
    }

    /** Dots; never the text. */
    @Override
    public String toString() {
        return MASK;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
