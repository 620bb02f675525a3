package io.insightdesk.key.internal;

import io.insightdesk.internal.Signer;
import io.insightdesk.internal.db.Database;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.IntegrityKey;
import io.insightdesk.key.KeyProvider;
import io.insightdesk.key.SealedSecrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs with HMAC-SHA256 under keys derived per purpose (HKDF, RFC 5869) from the host's integrity keys or the library's own, and
 * seals secrets under the host's encryption keys. Thread-safe.
 */
public final class KeyFeature implements Signer {

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] SALT = "insightdesk integrity keys".getBytes(StandardCharsets.US_ASCII);
    private static final int MAC_BYTES = 32;
    private static final int MIN_MAC_BYTES = 8;

    private final Database database;
    private final KeyProvider keys;
    private final SecretBox box;
    private final List<SealedColumn> sealedColumns = new CopyOnWriteArrayList<>();
    // As many as there are keys and purposes, both of which are ours.
    private final Map<Derivation, SecretKeySpec> derived = new ConcurrentHashMap<>();

    private record Derivation(String keyId, String purpose) {}

    /**
     * Where a feature keeps what {@link #seal} answered.
     *
     * @param table a table with a {@code tenant_id}, not partitioned; a constant of the feature
     * @param column a {@code bytea}, null where there is no secret; a constant of the feature
     * @param purpose as it is given to {@link #seal} for all rows
     */
    public record SealedColumn(String table, String column, String purpose) {}

    /** Lists the identifiers of tenants, in ascending order. */
    @FunctionalInterface
    public interface TenantIds {
        /** Some that are greater; empty at the end. Null for the beginning. */
        List<UUID> after(@Nullable UUID id);
    }

    /**
     * Makes the feature; nothing is read yet.
     *
     * @param hosts the host's keys; null for keys kept in the database
     * @param encryption for secrets at rest; null where none can be kept
     */
    public KeyFeature(Database database, @Nullable KeyProvider hosts, @Nullable EncryptionKeys encryption) {
        this.database = database;
        this.keys = hosts == null ? new DatabaseKeys(database, new KeyStore()) : hosts;
        this.box = new SecretBox(encryption);
    }

    /** Reads the keys, and makes the first one, so that no later call needs a connection for it. */
    public void prepare() {
        var unused = keys.current();
    }

    /** Begins with the key's id, so that it can be verified after the keys changed. */
    @Override
    public byte[] mac(String purpose, byte[] data) {
        IntegrityKey key = keys.current();
        byte[] id = key.id().getBytes(StandardCharsets.US_ASCII);
        byte[] mac = new byte[1 + id.length + MAC_BYTES];
        mac[0] = (byte) id.length;
        System.arraycopy(id, 0, mac, 1, id.length);
        System.arraycopy(hmac(derive(key, purpose), data), 0, mac, 1 + id.length, MAC_BYTES);
        return mac;
    }

    @Override
    public boolean verify(String purpose, byte[] data, byte[] mac) {
        int start = mac.length == 0 ? 0 : 1 + mac[0];
        if (start <= 1 || mac.length != start + MAC_BYTES) {
            return false;
        }
        String id = new String(mac, 1, start - 1, StandardCharsets.US_ASCII);
        return verify(id, purpose, data, Arrays.copyOfRange(mac, start, mac.length));
    }

    /** The id of the key that signs now, for tokens that carry it themselves. */
    public String currentKeyId() {
        return keys.current().id();
    }

    /** The bare 32 bytes of a signature under a certain key; a token with little room may cut them. */
    public byte[] mac(String keyId, String purpose, byte[] data) {
        IntegrityKey key =
                keys.find(keyId).orElseThrow(() -> new IllegalArgumentException("there is no key '" + keyId + "'"));
        return hmac(derive(key, purpose), data);
    }

    /** Whether a bare signature, whole or cut to at least eight bytes, was made under a certain key. */
    public boolean verify(String keyId, String purpose, byte[] data, byte[] mac) {
        if (mac.length < MIN_MAC_BYTES || mac.length > MAC_BYTES) {
            return false;
        }
        Optional<IntegrityKey> key = keys.find(keyId);
        return key.isPresent()
                && MessageDigest.isEqual(mac, Arrays.copyOf(hmac(derive(key.get(), purpose), data), mac.length));
    }

    /**
     * Encrypts a secret, to be kept in the database. May ask a service of the host: not to be called inside a transaction.
     *
     * @param purpose which kind of secret it is, such as {@code mailbox.password}; a constant of the feature
     * @throws io.insightdesk.error.UnavailableException with code {@code encryption_key_missing} when there is no key
     */
    public byte[] seal(UUID tenant, String purpose, byte[] plain) {
        return box.seal(tenant, purpose, plain);
    }

    /**
     * Decrypts what {@link #seal} answered for this tenant and purpose. Not to be called inside a transaction.
     *
     * @throws io.insightdesk.error.UnavailableException with code {@code encryption_key_missing} when there is no key,
     *     {@code encryption_key_unknown} when it is not among them, {@code secret_unreadable} when this was altered or is of another
     *     tenant or purpose
     */
    public byte[] open(UUID tenant, String purpose, byte[] sealed) {
        return box.open(tenant, purpose, sealed);
    }

    /** Has the secrets of a column encrypted anew when the key changes. */
    public void register(SealedColumn column) {
        sealedColumns.add(column);
    }

    /** The secrets of all registered columns. */
    public SealedSecrets sealedSecrets(TenantIds tenants) {
        return new Resealing(database, box, tenants, sealedColumns);
    }

    private SecretKeySpec derive(IntegrityKey key, String purpose) {
        return derived.computeIfAbsent(new Derivation(key.id(), purpose), derivation -> {
            byte[] extracted = hmac(new SecretKeySpec(SALT, ALGORITHM), key.secret());
            byte[] info = (purpose + '\u0001').getBytes(StandardCharsets.UTF_8);
            return new SecretKeySpec(hmac(new SecretKeySpec(extracted, ALGORITHM), info), ALGORITHM);
        });
    }

    private static byte[] hmac(SecretKeySpec key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
