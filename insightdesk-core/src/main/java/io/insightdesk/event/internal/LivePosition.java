package io.insightdesk.event.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.Cursors;
import io.insightdesk.tenant.TenantId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a caller can go on from.
 *
 * @param epoch in which the point means something
 * @param at up to where everything was given
 * @param issued when, by the database's clock
 */
record LivePosition(String epoch, LivePoint at, Instant issued) {

    /** How long one can be gone on from. */
    static final Duration KEPT = Duration.ofDays(1);

    private static final String LIST = "live events";

    /** The wire form, signed for the tenant. */
    String text(Cursors cursors, TenantId tenant) {
        return cursors.on(LIST, tenant).encode(epoch, Long.toUnsignedString(at.xid()), at.id(), issued);
    }

    /**
     * Reads the wire form.
     *
     * @throws InvalidInputException with code {@code invalid_cursor} when it was not given out for the tenant
     */
    static LivePosition of(String text, Cursors cursors, TenantId tenant) {
        Cursors.Position read;
        try {
            read = cursors.on(LIST, tenant).decode(text);
        } catch (InvalidInputException e) {
            throw invalid();
        }
        try {
            String epoch = read == null ? null : read.text(0);
            String xid = read == null ? null : read.text(1);
            Instant issued = read == null ? null : read.instant(3);
            if (read == null || epoch == null || xid == null || issued == null) {
                throw invalid();
            }
            return new LivePosition(epoch, new LivePoint(Long.parseUnsignedLong(xid), read.uuid(2)), issued);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            // Signed by this library, and of another release.
            throw invalid();
        }
    }

    /** Why it cannot be gone on from; null when it can. */
    @Nullable ResetReason lost(LiveEventStore.Frame frame) {
        if (!epoch.equals(frame.epoch()) || Long.compareUnsigned(at.xid(), frame.next()) > 0) {
            return ResetReason.EPOCH;
        }
        return issued.isBefore(frame.now().minus(KEPT)) ? ResetReason.EXPIRED : null;
    }

    private static InvalidInputException invalid() {
        return new InvalidInputException(
                "/after", "invalid_cursor", "This position was not given out for these events; begin without one.");
    }

    /** Why a reader has to begin anew. */
    enum ResetReason {
        /** The database is another one, or was set back. */
        EPOCH,
        /** It is too old. */
        EXPIRED,
        /** Too much happened since. */
        TOO_FAR_BEHIND
    }
}
