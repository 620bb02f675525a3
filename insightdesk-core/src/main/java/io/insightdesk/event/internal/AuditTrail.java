package io.insightdesk.event.internal;

import static io.insightdesk.event.AuditCheck.Kind.EVENT_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.EVENT_INSERTED;
import static io.insightdesk.event.AuditCheck.Kind.EVENT_REMOVED;
import static io.insightdesk.event.AuditCheck.Kind.PERSONAL_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.SEGMENT_ALTERED;
import static io.insightdesk.event.AuditCheck.Kind.SEGMENT_REMOVED;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import io.insightdesk.internal.db.Tx;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
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
    /** Where the trail begins: rules of retention took away what was up to here. */
    private @Nullable AuditHead retired;

    AuditTrail(Scope scope, AuditStore store, Signer signer) {
        this.scope = scope;
        this.store = store;
        this.signer = signer;
    }

    AuditCheck check(@Nullable Instant from, @Nullable Instant to, @Nullable AuditHead known) {
        AuditStore.Range range = scope.run(tx -> {
            retired = readRetired(tx);
            return store.range(tx, from, to);
        });
        segments(from == null ? retiredSegments() + 1 : range.first(), range.last());
        if (to == null) {
            List<Long> cutOff = scope.run(tx -> store.cutOff(tx, AuditCheck.MAX_PROBLEMS));
            cutOff.forEach(segment -> problem(SEGMENT_REMOVED, segment, null));
        }
        long pending = pending();
        List<UUID> inserted = scope.run(tx -> store.inserted(tx, from, to, AuditCheck.MAX_PROBLEMS));
        inserted.forEach(event -> problem(EVENT_INSERTED, null, event));
        List<AuditCheck.Problem> left = stillThere();
        if (known != null) {
            AuditCheck.Kind kind = compare(known);
            if (kind != null) {
                left.add(new AuditCheck.Problem(kind, known.seq(), null));
            }
        }
        return new AuditCheck(segments, events, pending, erased, retiredSegments(), left, head);
    }

    /** Where rules of retention cut; null where they did not, and where somebody else did. */
    private @Nullable AuditHead readRetired(Tx tx) {
        return store.retired(tx)
                .filter(cut -> signer.verify(AuditSeal.RETIRED, cut.head().signed(tx.tenant()), cut.mac()))
                .map(AuditStore.Retired::head)
                .orElse(null);
    }

    private long retiredSegments() {
        AuditHead cut = retired;
        return cut == null ? 0 : cut.seq();
    }

    /** The problems without those of segments that a rule took away while they were looked at. */
    private List<AuditCheck.Problem> stillThere() {
        if (problems.isEmpty()) {
            return new ArrayList<>();
        }
        retired = scope.run(tx -> Optional.ofNullable(readRetired(tx))).orElse(null);
        long gone = retiredSegments();
        return problems.stream()
                .filter(problem -> {
                    Long segment = problem.segment();
                    return segment == null || segment > gone;
                })
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** What is wrong with a segment of which somebody kept the hash; null when nothing is. */
    private AuditCheck.@Nullable Kind compare(AuditHead known) {
        Optional<AuditHead> found = scope.run(tx -> {
            retired = readRetired(tx);
            if (known.seq() <= retiredSegments()) {
                return Optional.ofNullable(retired);
            }
            return store.segments(tx, known.seq(), 1).stream()
                    .findFirst()
                    .map(kept -> kept.seal().head(scope.tenant().value()));
        });
        if (known.seq() < retiredSegments()) {
            throw new InvalidInputException(
                    "/head",
                    "out_of_range",
                    "Segment " + known.seq() + " was taken away by a rule of retention. Give a head of segment "
                            + retiredSegments() + " or later.");
        }
        AuditHead there = found.filter(head -> head.seq() == known.seq()).orElse(null);
        if (there == null) {
            return SEGMENT_REMOVED;
        }
        return MessageDigest.isEqual(there.hash(), known.hash()) ? null : SEGMENT_ALTERED;
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
        AuditHead cut = retired;
        if (cut != null && first == cut.seq() + 1) {
            previous = cut.hash();
        } else if (first > 1) {
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
