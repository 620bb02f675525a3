package io.insightdesk.login.internal;

import io.insightdesk.internal.Sha256;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A token that means nothing to who has it: the tenant, what it belongs to, and 32 random bytes of which only a SHA-256 is stored.
 * Its kind stands before it, so that secret scanners find it and none is taken for another.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
record OpaqueToken(TenantId tenant, UUID id, byte[] secret) {

    static final String REFRESH = "idr_";
    static final String CHALLENGE = "idm_";
    static final String LINK = "idl_";
    static final String OPENID_STATE = "ido_";
    static final String OPENID_BINDING = "idb_";
    static final String CUSTOMER_LINK = "idc_";
    static final String LINK_BINDING = "idn_";
    static final String KEY_PROOF = "idp_";

    private static final int SECRET_BYTES = 32;
    private static final int BYTES = 2 * 16 + SECRET_BYTES;
    private static final int LENGTH = 86;

    static OpaqueToken make(TenantId tenant, UUID id, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new OpaqueToken(tenant, id, secret);
    }

    Secret text(String kind) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        put(bytes, tenant.value());
        put(bytes, id);
        bytes.put(secret);
        return Secret.of(kind + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array()));
    }

    /** Reads a token of a kind; empty when it is none. */
    static Optional<OpaqueToken> read(String kind, String text) {
        if (!text.startsWith(kind) || text.length() != kind.length() + LENGTH) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(kind.length())));
            TenantId tenant = new TenantId(new UUID(bytes.getLong(), bytes.getLong()));
            UUID id = new UUID(bytes.getLong(), bytes.getLong());
            byte[] secret = new byte[SECRET_BYTES];
            bytes.get(secret);
            return Optional.of(new OpaqueToken(tenant, id, secret));
        } catch (IllegalArgumentException e) {
            // Not base 64.
            return Optional.empty();
        }
    }

    byte[] hash() {
        return Sha256.of(secret);
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return "OpaqueToken[" + id + "]";
    }
}
