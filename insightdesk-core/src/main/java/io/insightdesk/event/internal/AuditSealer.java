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
                    new AuditHead(seal.seq(), seal.hash(scope.tenant().value()))));
        } while (made.isPresent() && made.get().events() == EVENTS_AT_ONCE);
    }

    private Optional<AuditSeal> sealSome(Tx tx, Instant now) {
        store.lock(tx);
        List<AuditStore.Pending> pending = store.pending(tx, EVENTS_AT_ONCE);
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        Optional<AuditSeal> last = store.last(tx);
        List<byte[]> hashes = pending.stream().map(AuditStore.Pending::hash).toList();
        AuditSeal seal = new AuditSeal(
                last.map(AuditSeal::seq).orElse(0L) + 1,
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
                last.map(before -> before.hash(tx.tenant())).orElse(AuditSeal.BEGINNING),
                now);
        store.insert(tx, seal, signer.mac(AuditSeal.PURPOSE, seal.hash(tx.tenant())));
        store.place(tx, seal.seq(), pending);
        return Optional.of(seal);
    }
}
