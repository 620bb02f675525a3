package io.insightdesk.internal;

import io.insightdesk.internal.db.SeenPosition;
import io.insightdesk.tenant.TenantId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes down how far a caller has seen the database, so that another node can be told. The text is signed for its tenant, and masked:
 * how much the whole cluster has written is nobody's business. Thread-safe.
 */
public final class ReadPositions {

    private static final String PURPOSE = "read-after";
    private static final String MASK = "read-after-mask";
    private static final int MAX_LENGTH = 500;
    private static final int HEAD = 2 * Long.BYTES;

    private final Signer signer;
    private final SecureRandom random = new SecureRandom();

    /** Makes texts that a signer signs. */
    public ReadPositions(Signer signer) {
        this.signer = signer;
    }

    /** The text for a position that is known. */
    public String write(TenantId tenant, long position) {
        long nonce = random.nextLong();
        byte[] tag = signer.mac(PURPOSE, signed(tenant, position));
        byte[] all = ByteBuffer.allocate(HEAD + tag.length)
                .putLong(nonce)
                .putLong(position ^ mask(nonce))
                .put(tag)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /** The position; {@link SeenPosition#UNKNOWN} for a text that was not written here for this tenant, or under a key that is gone. */
    public long read(TenantId tenant, String text) {
        if (text.length() > MAX_LENGTH) {
            return SeenPosition.UNKNOWN;
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // Not one of ours; who sends it is served by the primary, which is right for everybody.
            return SeenPosition.UNKNOWN;
        }
        if (all.length <= HEAD) {
            return SeenPosition.UNKNOWN;
        }
        ByteBuffer head = ByteBuffer.wrap(all);
        long nonce = head.getLong();
        long position = head.getLong() ^ mask(nonce);
        byte[] tag = Arrays.copyOfRange(all, HEAD, all.length);
        return position >= 0 && signer.verify(PURPOSE, signed(tenant, position), tag) ? position : SeenPosition.UNKNOWN;
    }

    private long mask(long nonce) {
        byte[] mac =
                signer.mac(MASK, ByteBuffer.allocate(Long.BYTES).putLong(nonce).array());
        // A signature may begin with the name of its key.
        return ByteBuffer.wrap(mac, mac.length - Long.BYTES, Long.BYTES).getLong();
    }

    private static byte[] signed(TenantId tenant, long position) {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(tenant.value().getMostSignificantBits())
                .putLong(tenant.value().getLeastSignificantBits())
                .putLong(position)
                .array();
    }
}
