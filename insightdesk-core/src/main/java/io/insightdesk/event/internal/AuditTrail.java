package io.insightdesk.event.internal;

import static io.insightdesk.event.AuditCheck.Kind.EVENT_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.EVENT_INSERTED;
import static io.insightdesk.event.AuditCheck.Kind.EVENT_REMOVED;
import static io.insightdesk.event.AuditCheck.Kind.PERSONAL_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.SEGMENT_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.SEGMENT_REMOVED;

import io.insightdesk.event.AuditCheck;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One check of the trail. For one use. Each segment is read in a transaction of its own, for none changes once it is made; what
 * becomes sealed meanwhile is looked at once or twice.
 */
final class AuditTrail {

    private static final int SEGMENTS_AT_ONCE = 100;
    private static final int EVENTS_AT_ONCE = 500;

    private final Scope scope;
    private final AuditStore store;
    private final Signer signer;
    private final List<AuditCheck.Problem> problems = new ArrayList<>();
    private long segments;
    private long events;
    private long erased;
    private @Nullable String head;

    AuditTrail(Scope scope, AuditStore store, Signer signer) {
        this.scope = scope;
        this.store = store;
        this.signer = signer;
    }

    AuditCheck check(@Nullable Instant from, @Nullable Instant to, @Nullable AuditHead known) {
        AuditStore.Range range = scope.run(tx -> store.range(tx, from, to));
        segments(from == null ? 1 : range.first(), range.last());
        if (to == null) {
            List<Long> cutOff = scope.run(tx -> store.cutOff(tx, AuditCheck.MAX_PROBLEMS));
            cutOff.forEach(segment -> problem(SEGMENT_REMOVED, segment, null));
        }
        if (known != null) {
            compare(known);
        }
        long pending = pending();
        List<UUID> inserted = scope.run(tx -> store.inserted(tx, from, to, AuditCheck.MAX_PROBLEMS));
        inserted.forEach(event -> problem(EVENT_INSERTED, null, event));
        return new AuditCheck(segments, events, pending, erased, problems, head);
    }

    private void compare(AuditHead known) {
        List<AuditStore.Kept> found = scope.run(tx -> store.segments(tx, known.seq(), 1));
        AuditSeal seal = found.isEmpty() ? null : found.get(0).seal();
        if (seal == null || seal.seq() != known.seq()) {
            problem(SEGMENT_REMOVED, known.seq(), null);
        } else if (!MessageDigest.isEqual(seal.hash(scope.tenant().value()), known.hash())) {
            problem(SEGMENT_ALTERED, known.seq(), null);
        }
    }

    /** Looks at what is not sealed yet; answers how much it is. */
    private long pending() {
        long count = 0;
        UUID after = new UUID(0, 0);
        List<AuditStore.Place> some;
        do {
            UUID from = after;
            some = scope.run(tx -> store.pendingPlaces(tx, from, EVENTS_AT_ONCE));
            for (AuditStore.Place place : some) {
                event(null, place);
                after = place.event();
            }
            count += some.size();
        } while (some.size() == EVENTS_AT_ONCE);
        return count;
    }

    private void segments(long first, long last) {
        UUID tenant = scope.tenant().value();
        long next = first;
        // The hash that the next segment has to be chained to; null where that segment is gone, which was told.
        byte @Nullable [] previous = AuditSeal.BEGINNING;
        if (first > 1) {
            List<AuditStore.Kept> before = scope.run(tx -> store.segments(tx, first - 1, 1));
            AuditSeal seal = before.isEmpty() ? null : before.get(0).seal();
            previous = seal == null || seal.seq() != first - 1 ? gone(first - 1, first) : seal.hash(tenant);
        }
        while (next <= last) {
            long from = next;
            List<AuditStore.Kept> some = scope.run(tx -> store.segments(tx, from, SEGMENTS_AT_ONCE));
            for (AuditStore.Kept kept : some) {
                long seq = kept.seal().seq();
                if (seq > last) {
                    break;
                }
                if (seq > next) {
                    previous = gone(next, seq);
                }
                segment(kept, previous);
                previous = kept.seal().hash(tenant);
                next = seq + 1;
            }
            if (next == from) {
                break;
            }
        }
    }

    private byte @Nullable [] gone(long from, long until) {
        for (long seq = from; seq < until && problems.size() < AuditCheck.MAX_PROBLEMS; seq++) {
            problem(SEGMENT_REMOVED, seq, null);
        }
        return null;
    }

    private void segment(AuditStore.Kept kept, byte @Nullable [] previous) {
        AuditSeal seal = kept.seal();
        byte[] hash = seal.hash(scope.tenant().value());
        List<AuditStore.Place> places = scope.run(tx -> store.places(tx, seal.seq()));
        boolean chained = previous == null || MessageDigest.isEqual(previous, seal.previous());
        boolean whole = places.size() == seal.events()
                && MessageDigest.isEqual(
                        seal.root(),
                        AuditSeal.rootOf(
                                places.stream().map(AuditStore.Place::hash).toList()));
        if (!chained || !whole || !signer.verify(AuditSeal.PURPOSE, hash, kept.mac())) {
            problem(SEGMENT_ALTERED, seal.seq(), null);
        }
        places.forEach(place -> event(seal.seq(), place));
        segments++;
        events += places.size();
        head = new AuditHead(seal.seq(), hash).toString();
    }

    private void event(@Nullable Long segment, AuditStore.Place place) {
        byte[] present = place.present();
        if (!signer.verify(AuditSeal.EVENT, place.hash(), place.mac())) {
            problem(EVENT_INSERTED, segment, place.event());
        } else if (present == null) {
            problem(EVENT_REMOVED, segment, place.event());
        } else if (!MessageDigest.isEqual(present, place.hash())) {
            problem(EVENT_ALTERED, segment, place.event());
        }
        Boolean intact = place.personalIntact();
        if (intact != null && !intact) {
            problem(PERSONAL_ALTERED, segment, place.event());
        } else if (intact == null && place.hasPersonal()) {
            erased++;
        }
    }

    private void problem(AuditCheck.Kind kind, @Nullable Long segment, @Nullable UUID event) {
        if (problems.size() < AuditCheck.MAX_PROBLEMS) {
            problems.add(new AuditCheck.Problem(kind, segment, event));
        }
    }
}
