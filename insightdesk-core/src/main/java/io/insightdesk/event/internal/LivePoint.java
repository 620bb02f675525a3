package io.insightdesk.event.internal;

import java.util.UUID;

/**
 * A place in the order of live events: that of their transactions, and of identifiers within one.
 *
 * @param xid the number of a transaction
 * @param id an event; {@link #FIRST} for before all of the transaction's
 */
record LivePoint(long xid, UUID id) implements Comparable<LivePoint> {

    static final UUID FIRST = new UUID(0, 0);

    /** Before everything that a transaction and later ones write. */
    static LivePoint before(long xid) {
        return new LivePoint(xid, FIRST);
    }

    LivePoint orLater(LivePoint other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** As PostgreSQL compares them, which is not how {@link UUID#compareTo} does. */
    @Override
    public int compareTo(LivePoint other) {
        int byXid = Long.compareUnsigned(xid, other.xid);
        if (byXid != 0) {
            return byXid;
        }
        int byHigh = Long.compareUnsigned(id.getMostSignificantBits(), other.id.getMostSignificantBits());
        return byHigh != 0
                ? byHigh
                : Long.compareUnsigned(id.getLeastSignificantBits(), other.id.getLeastSignificantBits());
    }
}
