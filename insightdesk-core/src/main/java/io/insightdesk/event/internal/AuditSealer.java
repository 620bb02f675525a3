package io.insightdesk.event.internal;

import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts events of the audit trail into segments: those that are committed and in none yet, whenever they were begun. */
final class AuditSealer {

    private static final Logger log = LoggerFactory.getLogger(AuditSealer.class);
    private static final int EVENTS_AT_ONCE = 500;
    private static final int SEGMENTS_AT_ONCE = 20;

    private final AuditStore store;
    private final Signer signer;

    AuditSealer(AuditStore store, Signer signer) {
        this.store = store;
        this.signer = signer;
    }

    void seal(Scope scope) {
        Optional<AuditSeal> made;
        do {
            made = scope.run(tx -> sealSome(tx, scope.now()));
            // In the log it is out of reach of whoever changes the database.
            made.ifPresent(seal -> log.info(
                    "Sealed {} events of the audit trail of tenant {}; its head is {}",
                    seal.events(),
                    scope.tenant(),
                    seal.head(scope.tenant().value())));
        } while (made.isPresent() && made.get().events() == EVENTS_AT_ONCE);
    }

    /**
     * Takes a beginning of the trail away: some whole segments, all of whose events are old enough.
     *
     * @return how many events went; 0 when there is nothing more to do
     */
    int retire(Tx tx, Instant before, Instant now) {
        store.lock(tx);
        AuditSeal last = store.lastOld(tx, before, SEGMENTS_AT_ONCE).orElse(null);
        if (last == null) {
            return 0;
        }
        AuditHead head = last.head(tx.tenant());
        int events = store.retire(tx, head, signer.mac(AuditSeal.RETIRED, head.signed(tx.tenant())), now);
        log.info("Retired {} events of the audit trail of tenant {}, up to {}", events, tx.tenant(), head);
        return events;
    }

    private Optional<AuditSeal> sealSome(Tx tx, Instant now) {
        store.lock(tx);
        List<AuditStore.Pending> pending = store.pending(tx, EVENTS_AT_ONCE);
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        Optional<AuditHead> before = store.last(tx)
                .map(last -> last.head(tx.tenant()))
                .or(() -> store.retired(tx).map(AuditStore.Retired::head));
        List<byte[]> hashes = pending.stream().map(AuditStore.Pending::hash).toList();
        AuditSeal seal = new AuditSeal(
                before.map(AuditHead::seq).orElse(0L) + 1,
                pending.size(),
                pending.stream()
                        .map(AuditStore.Pending::occurredAt)
                        .min(Instant::compareTo)
                        .orElseThrow(),
                pending.stream()
                        .map(AuditStore.Pending::occurredAt)
                        .max(Instant::compareTo)
                        .orElseThrow(),
                AuditSeal.rootOf(hashes),
                before.map(AuditHead::hash).orElse(AuditSeal.BEGINNING),
                now);
        store.insert(tx, seal, signer.mac(AuditSeal.PURPOSE, seal.hash(tx.tenant())));
        store.place(tx, seal.seq(), pending);
        return Optional.of(seal);
    }
}
