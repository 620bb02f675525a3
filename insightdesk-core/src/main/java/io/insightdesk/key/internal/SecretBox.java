package io.insightdesk.key.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.insightdesk.error.UnavailableException;
import io.insightdesk.key.EncryptionKeys;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Envelope encryption with AES-256-GCM (NIST SP 800-38D). What is sealed has one byte for the version, one for the length of the
 * key's id, the id, two for the length of the wrapped data key, that key, twelve random ones, the encrypted secret with its tag.
 * Tenant and purpose are authenticated and not in it: a copy in another tenant or for another purpose does not open.
 */
final class SecretBox {

    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MAX_WRAPPED_BYTES = 4096;

    private final @Nullable EncryptionKeys keys;
    private final SecureRandom random = new SecureRandom();

    SecretBox(@Nullable EncryptionKeys keys) {
        this.keys = keys;
    }

    /** The id of the current key as it stands in what is sealed, after the version: a byte for its length, and its letters. */
    byte[] currentMark() {
        return mark(required().currentId());
    }

    byte[] seal(UUID tenant, String purpose, byte[] plain) {
        byte[] context = context(tenant, purpose);
        byte[] dataKey = new byte[32];
        random.nextBytes(dataKey);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            EncryptionKeys.Wrapped wrapped = required().wrap(dataKey, context);
            if (wrapped.bytes().length > MAX_WRAPPED_BYTES) {
                throw new IllegalStateException("a wrapped key has " + wrapped.bytes().length
                        + " bytes, which is more than " + MAX_WRAPPED_BYTES);
            }
            byte[] mark = mark(wrapped.keyId());
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, dataKey, nonce, context).doFinal(plain);
            return ByteBuffer.allocate(1 + mark.length + 2 + wrapped.bytes().length + NONCE_BYTES + encrypted.length)
                    .put(VERSION)
                    .put(mark)
                    .putShort((short) wrapped.bytes().length)
                    .put(wrapped.bytes())
                    .put(nonce)
                    .put(encrypted)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    byte[] open(UUID tenant, String purpose, byte[] sealed) {
        EncryptionKeys holder = required();
        byte[] context = context(tenant, purpose);
        try {
            ByteBuffer bytes = ByteBuffer.wrap(sealed);
            if (bytes.get() != VERSION) {
                throw unreadable(purpose, null);
            }
            String keyId = new String(next(bytes, Byte.toUnsignedInt(bytes.get())), US_ASCII);
            byte[] wrapped = next(bytes, Short.toUnsignedInt(bytes.getShort()));
            byte[] nonce = next(bytes, NONCE_BYTES);
            byte[] encrypted = next(bytes, Math.max(bytes.remaining(), TAG_BITS / Byte.SIZE));
            byte[] dataKey = holder.unwrap(new EncryptionKeys.Wrapped(keyId, wrapped), context)
                    .orElseThrow(() -> new UnavailableException(
                            "encryption_key_unknown",
                            "A secret (" + purpose + ") was encrypted under the key '" + keyId
                                    + "', which is not among the encryption keys. Give it as an older key: builder()"
                                    + ".encryptionKeys(EncryptionKeys.of(current, older…)), or ENCRYPTION_KEY_PREVIOUS of"
                                    + " the server.",
                            null));
            try {
                return cipher(Cipher.DECRYPT_MODE, dataKey, nonce, context).doFinal(encrypted);
            } finally {
                Arrays.fill(dataKey, (byte) 0);
            }
        } catch (BufferUnderflowException | IllegalArgumentException | GeneralSecurityException e) {
            throw unreadable(purpose, e);
        }
    }

    private EncryptionKeys required() {
        EncryptionKeys holder = keys;
        if (holder == null) {
            throw new UnavailableException(
                    "encryption_key_missing",
                    "Secrets are kept encrypted only, and there is no key for it. Set one:"
                            + " builder().encryptionKeys(EncryptionKeys.of(new EncryptionKey(id, 32 random bytes))), or"
                            + " ENCRYPTION_KEY of the server.",
                    null);
        }
        return holder;
    }

    private static UnavailableException unreadable(String purpose, @Nullable Exception cause) {
        return new UnavailableException(
                "secret_unreadable",
                "A secret (" + purpose + ") cannot be decrypted: it was altered, belongs to another tenant or purpose,"
                        + " or the key with its id is not the one it was encrypted under. Set the secret again.",
                cause);
    }

    private static byte[] mark(String keyId) {
        byte[] id = keyId.getBytes(US_ASCII);
        if (id.length < 1 || id.length > 32) {
            throw new IllegalStateException("the id of an encryption key has 1 to 32 characters, not " + id.length);
        }
        return ByteBuffer.allocate(1 + id.length).put((byte) id.length).put(id).array();
    }

    private static byte[] context(UUID tenant, String purpose) {
        // The tenant has a fixed length, so the two cannot be shifted against each other.
        return ("insightdesk secret 1 " + tenant + " " + purpose).getBytes(UTF_8);
    }

    private static byte[] next(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] part = new byte[length];
        from.get(part);
        return part;
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
