package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.LegalHold;
import io.insightdesk.transfer.LegalHoldPage;
import io.insightdesk.transfer.LegalHolds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class HoldService implements LegalHolds {

    private static final int MAX_REASON = 500;

    private final Scope scope;
    private final HoldStore store;
    private final ErasureStore erasures;
    private final EventFeature events;
    private final Cursors cursors;

    HoldService(Scope scope, HoldStore store, ErasureStore erasures, EventFeature events, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.erasures = erasures;
        this.events = events;
        this.cursors = cursors;
    }

    @Override
    public LegalHold place(HoldTarget target, String reason) {
        requireNonNull(target, "target");
        scope.require(Permission.RETENTION_ADMIN);
        new Violations().requireText("/reason", reason, MAX_REASON).throwIfAny();
        return scope.run(tx -> {
            store.lock(tx);
            requireFound(tx, target);
            if (store.beingErased(tx, target)) {
                throw new ConflictException(
                        "erasure_in_progress", "The customer it is about is being erased; there is nothing to keep.");
            }
            if (target.kind() == HoldTarget.Kind.CUSTOMER && erasures.isErased(tx, target.id())) {
                throw new ConflictException("customer_erased", "The customer was erased; there is nothing to keep.");
            }
            Optional<LegalHold> before = store.find(tx, target);
            LegalHold hold = new LegalHold(
                    target, reason.strip(), before.map(LegalHold::placedAt).orElseGet(scope::now));
            store.place(tx, hold);
            if (before.isEmpty()) {
                note(tx, "legal_hold_placed", target);
            }
            return hold;
        });
    }

    @Override
    public void release(HoldTarget target) {
        requireNonNull(target, "target");
        scope.require(Permission.RETENTION_ADMIN);
        scope.run(tx -> {
            requireFound(tx, target);
            if (store.release(tx, target)) {
                note(tx, "legal_hold_released", target);
            }
            return target;
        });
    }

    @Override
    public Optional<LegalHold> find(HoldTarget target) {
        requireNonNull(target, "target");
        scope.require(Permission.RETENTION_ADMIN);
        return scope.run(tx -> {
            requireFound(tx, target);
            return store.find(tx, target);
        });
    }

    @Override
    public LegalHoldPage list(@Nullable String cursor, int limit) {
        scope.require(Permission.RETENTION_ADMIN);
        int most = Paging.requireLimit(limit);
        Cursors.Listing listing = cursors.on("legal_holds", scope.tenant());
        Cursors.Position from = listing.decode(cursor);
        List<LegalHold> rows = scope.run(tx -> store.list(tx, from, most + 1));
        return listing.page(
                rows,
                most,
                hold -> new Object[] {
                    hold.target().kind().wireName(), hold.target().id()
                },
                LegalHoldPage::new);
    }

    private void requireFound(Tx tx, HoldTarget target) {
        if (!store.exists(tx, target)) {
            throw new NotFoundException(target.kind().wireName(), target.id().toString());
        }
    }

    private void note(Tx tx, String type, HoldTarget target) {
        events.append(
                tx,
                scope,
                type,
                Map.of("kind", target.kind().wireName(), "id", target.id().toString()));
    }
}
