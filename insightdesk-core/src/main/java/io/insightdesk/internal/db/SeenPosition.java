package io.insightdesk.internal.db;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one caller has written to the database and seen of it, as a position in the write-ahead log of the primary. A replica that has
 * replayed as much shows it all. Thread-safe.
 */
public final class SeenPosition {

    /** Of a caller of whom nothing is known. */
    public static final long UNKNOWN = -1;

    private final AtomicLong position;

    /** A caller who has seen this much; {@link #UNKNOWN} where nobody knows. */
    public SeenPosition(long position) {
        this.position = new AtomicLong(position);
    }

    /** The position; {@link #UNKNOWN} for none. */
    public long value() {
        return position.get();
    }

    /** Learns what the caller says it has seen elsewhere; {@link #UNKNOWN} for nothing. */
    public void tell(long elsewhere) {
        reached(elsewhere);
    }

    /** Learns of a write, or of a read at the primary, that ended at this position. */
    void reached(long end) {
        position.accumulateAndGet(end, Math::max);
    }

    /**
     * Learns where the primary's log ended after a read that began when {@code before} was known. It cannot have been shorter,
     * unless a restored database has taken the place of the one that was seen.
     */
    void readAtPrimary(long before, long end) {
        if (end < before) {
            position.compareAndSet(before, end);
        } else {
            reached(end);
        }
    }
}
