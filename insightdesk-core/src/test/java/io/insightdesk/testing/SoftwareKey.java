package io.insightdesk.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A security key and the browser before it, made of the JDK alone, so that what verifies their answers is not what made them (W3C Web
 * Authentication, Level 3, 6.1, 6.5; CTAP 2.2, 8). What it does right unless told otherwise, it can do wrong. Not thread-safe.
 */
public final class SoftwareKey {

    /** What keys sign with. */
    public enum Algorithm {
        /** On the curve P-256. */
        ES256("SHA256withECDSA"),
        /** Ed25519. */
        EDDSA("Ed25519"),
        /** With 2048 bits. */
        RS256("SHA256withRSA"),
        /** On the curve P-384, which nobody asks for. */
        ES384("SHA384withECDSA");

        private final String jca;

        Algorithm(String jca) {
            this.jca = jca;
        }
    }

    /** Somebody was there. */
    public static final int PRESENT = 0x01;

    private static final int BACKUP_ELIGIBLE = 0x08;
    private static final int BACKED_UP = 0x10;
    private static final int HAS_CREDENTIAL = 0x40;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Algorithm algorithm;
    private final KeyPair pair;
    private final byte[] credentialId;

    /** The page that asks. */
    public String origin;

    /** For whom it answers; null for whom the options say. */
    public @Nullable String rpId;

    /** What it says that it was asked; null for what the options say. */
    public @Nullable String challenge;

    /** The kind of answer; null for the right one. */
    public @Nullable String type;

    /** The page around the page that asks; null for none. */
    public @Nullable String topOrigin;

    /** What it says of itself. */
    public int flags = PRESENT;

    /** So many times it was used. */
    public long counter;

    /** Whom it says that it is for, when it is used; null for nobody. */
    public byte @Nullable [] userHandle;

    private SoftwareKey(Algorithm algorithm, KeyPair pair, byte[] credentialId, String origin) {
        this.algorithm = algorithm;
        this.pair = pair;
        this.credentialId = credentialId;
        this.origin = origin;
    }

    /** A new one on P-256, before a page. */
    public static SoftwareKey at(String origin) {
        return at(origin, Algorithm.ES256);
    }

    /** A new one. */
    public static SoftwareKey at(String origin, Algorithm algorithm) {
        byte[] id = new byte[32];
        RANDOM.nextBytes(id);
        try {
            return new SoftwareKey(algorithm, pair(algorithm), id, origin);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no keys", e);
        }
    }

    /** A passkey that may have copies elsewhere, and has; such do not count. */
    public static SoftwareKey synced(String origin) {
        SoftwareKey key = at(origin);
        key.flags |= BACKUP_ELIGIBLE | BACKED_UP;
        key.counter = -1;
        return key;
    }

    /** Somebody else's that says it were this one. */
    public SoftwareKey forged() {
        return new SoftwareKey(algorithm, at(origin, algorithm).pair, credentialId, origin);
    }

    private static KeyPair pair(Algorithm algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = switch (algorithm) {
            case ES256, ES384 -> KeyPairGenerator.getInstance("EC");
            case EDDSA -> KeyPairGenerator.getInstance("Ed25519");
            case RS256 -> KeyPairGenerator.getInstance("RSA");
        };
        switch (algorithm) {
            case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case ES384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case RS256 -> generator.initialize(2048);
            case EDDSA -> {}
        }
        return generator.generateKeyPair();
    }

    /** What the browser answers to options with which a key is made: {@code RegistrationResponseJSON}. */
    public String make(String options) {
        JsonNode asked = read(options);
        byte[] data = concat(
                head(rpId == null ? asked.at("/rp/id").asText() : rpId, flags | HAS_CREDENTIAL),
                new byte[16],
                ByteBuffer.allocate(2).putShort((short) credentialId.length).array(),
                credentialId,
                cose());
        Map<Object, Object> object = new LinkedHashMap<>();
        object.put("fmt", "none");
        object.put("attStmt", Map.of());
        object.put("authData", data);
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put("clientDataJSON", text(clientData("webauthn.create", asked)));
        response.put("attestationObject", text(cbor(object)));
        response.putArray("transports").add("usb").add("nfc");
        return credential(response);
    }

    /** What the browser answers to options with which a key is used: {@code AuthenticationResponseJSON}. */
    public String use(String options) {
        JsonNode asked = read(options);
        byte[] clientData = clientData("webauthn.get", asked);
        byte[] data = head(rpId == null ? asked.at("/rpId").asText() : rpId, flags);
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put("clientDataJSON", text(clientData));
        response.put("authenticatorData", text(data));
        response.put("signature", text(sign(concat(data, sha256(clientData)))));
        if (userHandle != null) {
            response.put("userHandle", text(userHandle));
        }
        return credential(response);
    }

    /** How it is called in options. */
    public String id() {
        return text(credentialId);
    }

    private String credential(ObjectNode response) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("id", id()).put("rawId", id()).put("type", "public-key");
        whole.put("authenticatorAttachment", "cross-platform");
        whole.putObject("clientExtensionResults");
        whole.set("response", response);
        return whole.toString();
    }

    private byte[] clientData(String usual, JsonNode asked) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("type", type == null ? usual : type);
        data.put("challenge", challenge == null ? asked.at("/challenge").asText() : challenge);
        data.put("origin", origin);
        data.put("crossOrigin", topOrigin != null);
        if (topOrigin != null) {
            data.put("topOrigin", topOrigin);
        }
        return data.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] head(String party, int said) {
        if (counter >= 0) {
            counter++;
        }
        return ByteBuffer.allocate(37)
                .put(sha256(party.getBytes(StandardCharsets.UTF_8)))
                .put((byte) said)
                .putInt((int) Math.max(counter, 0))
                .array();
    }

    private byte[] cose() {
        PublicKey key = pair.getPublic();
        Map<Object, Object> map = new LinkedHashMap<>();
        if (key instanceof ECPublicKey curve) {
            boolean small = algorithm == Algorithm.ES256;
            int length = small ? 32 : 48;
            map.put(1, 2);
            map.put(3, small ? -7 : -35);
            map.put(-1, small ? 1 : 2);
            map.put(-2, unsigned(curve.getW().getAffineX(), length));
            map.put(-3, unsigned(curve.getW().getAffineY(), length));
        } else if (key instanceof RSAPublicKey rsa) {
            map.put(1, 3);
            map.put(3, -257);
            map.put(-1, unsigned(rsa.getModulus(), 256));
            map.put(-2, unsigned(rsa.getPublicExponent(), 3));
        } else {
            byte[] encoded = key.getEncoded();
            map.put(1, 1);
            map.put(3, -8);
            map.put(-1, 6);
            map.put(-2, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        }
        return cbor(map);
    }

    private byte[] sign(byte[] data) {
        try {
            Signature signature = Signature.getInstance(algorithm.jca);
            signature.initSign(pair.getPrivate());
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK does not sign", e);
        }
    }

    private static byte[] unsigned(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] exact = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, exact, length - (bytes.length - from), bytes.length - from);
        return exact;
    }

    /** Only what is needed of RFC 8949. */
    private static byte[] cbor(Object value) {
        if (value instanceof Integer number) {
            return number >= 0 ? initial(0, number) : initial(1, -1 - number);
        }
        if (value instanceof byte[] bytes) {
            return concat(initial(2, bytes.length), bytes);
        }
        if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return concat(initial(3, bytes.length), bytes);
        }
        Map<?, ?> map = (Map<?, ?>) value;
        byte[] whole = initial(5, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            whole = concat(whole, cbor(entry.getKey()), cbor(entry.getValue()));
        }
        return whole;
    }

    private static byte[] initial(int major, int argument) {
        int type = major << 5;
        if (argument < 24) {
            return new byte[] {(byte) (type | argument)};
        }
        if (argument < 256) {
            return new byte[] {(byte) (type | 24), (byte) argument};
        }
        return ByteBuffer.allocate(3)
                .put((byte) (type | 25))
                .putShort((short) argument)
                .array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode read(String json) {
        try {
            return JsonMapper.builder().build().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON", e);
        }
    }
}
