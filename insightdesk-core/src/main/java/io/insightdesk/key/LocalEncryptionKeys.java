package io.insightdesk.key;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Keys in memory, which wrap with AES-256-GCM (NIST SP 800-38D): 12 random bytes, then what they encrypt, then the tag. */
final class LocalEncryptionKeys implements EncryptionKeys {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final String currentId;
    private final Map<String, SecretKeySpec> keys = new HashMap<>();

    LocalEncryptionKeys(EncryptionKey current, EncryptionKey... older) {
        this.currentId = requireNonNull(current, "current").id();
        add(current);
        for (EncryptionKey key : older) {
            add(key);
        }
    }

    private void add(EncryptionKey key) {
        if (keys.put(key.id(), new SecretKeySpec(key.bytes(), "AES")) != null) {
            throw new IllegalArgumentException("Two encryption keys have the same id, '" + key.id() + "'.");
        }
    }

    @Override
    public String currentId() {
        return currentId;
    }

    @Override
    public Wrapped wrap(byte[] dataKey, byte[] context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, requireNonNull(keys.get(currentId)), nonce, context)
                    .doFinal(dataKey);
            byte[] bytes = Arrays.copyOf(nonce, NONCE_BYTES + encrypted.length);
            System.arraycopy(encrypted, 0, bytes, NONCE_BYTES, encrypted.length);
            return new Wrapped(currentId, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        }
    }

    @Override
    public Optional<byte[]> unwrap(Wrapped wrapped, byte[] context) {
        SecretKeySpec key = keys.get(wrapped.keyId());
        if (key == null) {
            return Optional.empty();
        }
        byte[] bytes = wrapped.bytes();
        if (bytes.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            throw new IllegalArgumentException("this is too short to be a wrapped key");
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(bytes, NONCE_BYTES), context)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this was not wrapped under the key '" + wrapped.keyId() + "'", e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
