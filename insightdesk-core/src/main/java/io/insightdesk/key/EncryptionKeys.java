package io.insightdesk.key;

import java.util.Optional;

/**
 * Extension point: who holds the keys that secrets at rest are encrypted under. The library never asks for such a key itself. It
 * encrypts each secret under a random key of its own, the data key, and gives that to be wrapped; so a key management service can
 * be one of these. {@link #of} makes one of keys that the host has in memory.
 *
 * <p>Called outside of database transactions, once per secret that is written or read. Thread-safe.
 *
 * @since 0.1.0
 */
public interface EncryptionKeys {

    /**
     * A data key, encrypted.
     *
     * @param keyId under which key: 1 to 32 letters, digits, underscores or hyphens
     * @param bytes 1 to 4096 bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Wrapped(String keyId, byte[] bytes) {}

    /**
     * Names the key that wraps from now on. Secrets under others are encrypted anew, in the background.
     *
     * @return the key's id
     */
    String currentId();

    /**
     * Encrypts a data key under the current key.
     *
     * @param dataKey 32 bytes; not to be kept
     * @param context what the secret is for; without the same context {@link #unwrap} must fail. What a key management service
     *     calls the encryption context, or additional authenticated data
     * @return the encrypted data key
     */
    Wrapped wrap(byte[] dataKey, byte[] context);

    /**
     * Decrypts a data key.
     *
     * @param wrapped what {@link #wrap} answered once, or what somebody made of it
     * @param context as it was given to {@link #wrap}
     * @return the data key; empty when there is no key with this id
     * @throws IllegalArgumentException when this was not encrypted under this key with this context
     */
    Optional<byte[]> unwrap(Wrapped wrapped, byte[] context);

    /**
     * Keys in memory.
     *
     * @param current wraps from now on
     * @param older still unwrap what they wrapped, until all of it is encrypted anew
     * @return the keys
     * @throws IllegalArgumentException when two keys have the same id
     */
    static EncryptionKeys of(EncryptionKey current, EncryptionKey... older) {
        return new LocalEncryptionKeys(current, older);
    }
}
