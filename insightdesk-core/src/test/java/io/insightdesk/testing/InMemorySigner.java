package io.insightdesk.testing;

import io.insightdesk.internal.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs with one random key that nobody keeps. */
public final class InMemorySigner implements Signer {

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] secret = new byte[32];

    /** Makes a signer with a key of its own. */
    public InMemorySigner() {
        new SecureRandom().nextBytes(secret);
    }

    @Override
    public byte[] mac(String purpose, byte[] data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public boolean verify(String purpose, byte[] data, byte[] mac) {
        return MessageDigest.isEqual(mac(purpose, data), mac);
    }
}
