package io.insightdesk.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.insightdesk.internal.Sha256;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A segment of the audit trail: a hash over its events in their order, chained to the segment before, and signed.
 *
 * @param seq its number: 1, 2, 3… without gaps
 * @param events how many it has
 * @param firstAt when the first of them happened
 * @param lastAt when the last of them happened
 * @param root the hash over theirs
 * @param previous the {@link #hash} of the segment before; that of nothing for the first
 * @param sealedAt when it was made
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record AuditSeal(
        long seq, int events, Instant firstAt, Instant lastAt, byte[] root, byte[] previous, Instant sealedAt) {

    /** What the integrity keys sign it for. */
    static final String PURPOSE = "audit";

    /** What they sign the hash of an event for. */
    static final String EVENT = "audit.event";

    /** What they sign the last segment for that a rule of retention took away. */
    static final String RETIRED = "audit.retired";

    /** The previous hash of the first segment. */
    static final byte[] BEGINNING = Sha256.digest().digest();

    /** The hash over the events' hashes, each of which has the same length. */
    static byte[] rootOf(List<byte[]> hashes) {
        MessageDigest digest = Sha256.digest();
        hashes.forEach(digest::update);
        return digest.digest();
    }

    /** Its number and hash. */
    AuditHead head(UUID tenant) {
        return new AuditHead(seq, hash(tenant));
    }

    /** What the next segment is chained to. */
    byte[] hash(UUID tenant) {
        MessageDigest digest = Sha256.digest();
        digest.update(("audit segment 1\n" + tenant + "\n" + seq + "\n" + events + "\n" + firstAt + "\n" + lastAt + "\n"
                        + sealedAt + "\n")
                .getBytes(UTF_8));
        digest.update(previous);
        digest.update(root);
        return digest.digest();
    }
}
