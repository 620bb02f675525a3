package io.insightdesk.event.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.Audit;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditPage;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class AuditService implements Audit {

    private static final int EXPORTED_AT_ONCE = 500;

    private final Scope scope;
    private final AuditStore store;
    private final EventFeature events;
    private final Signer signer;
    private final Cursors cursors;

    AuditService(Scope scope, AuditStore store, EventFeature events, Signer signer, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.events = events;
        this.signer = signer;
        this.cursors = cursors;
    }

    @Override
    public AuditPage list(AuditQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.AUDIT_READ);
        Cursors.Listing listing = cursors.on(
                "audit", scope.tenant(), query.actor(), query.type(), query.subject(), query.from(), query.to());
        Cursors.Position after = listing.decode(query.cursor());
        List<AuditEntry> rows = scope.read(tx -> store.list(
                tx,
                query,
                after == null ? null : after.instant(0),
                after == null ? null : after.uuid(1),
                query.limit() + 1));
        return listing.page(
                rows, query.limit(), entry -> new Object[] {entry.occurredAt(), entry.id()}, AuditPage::new);
    }

    @Override
    public void export(AuditQuery query, OutputStream target) throws IOException {
        requireNonNull(query, "query");
        requireNonNull(target, "target");
        scope.require(Permission.AUDIT_READ);
        scope.run(tx -> {
            events.append(tx, scope, "audit_exported", filters(query));
            return true;
        });
        @Nullable Instant afterAt = null;
        @Nullable UUID afterId = null;
        List<AuditEntry> some;
        do {
            Instant at = afterAt;
            UUID id = afterId;
            some = scope.read(tx -> store.list(tx, query, at, id, EXPORTED_AT_ONCE));
            for (AuditEntry entry : some) {
                target.write((Json.write(line(entry)) + "\n").getBytes(StandardCharsets.UTF_8));
                afterAt = entry.occurredAt();
                afterId = entry.id().value();
            }
        } while (some.size() == EXPORTED_AT_ONCE);
        target.flush();
    }

    @Override
    public AuditCheck verify(@Nullable Instant from, @Nullable Instant to) {
        scope.require(Permission.AUDIT_READ);
        return new AuditTrail(scope, store, signer).check(from, to, null);
    }

    @Override
    public AuditCheck verify(String knownHead) {
        requireNonNull(knownHead, "knownHead");
        scope.require(Permission.AUDIT_READ);
        AuditHead known = AuditHead.parse(knownHead);
        return new AuditTrail(scope, store, signer).check(null, null, known);
    }

    /** What was asked for, without the texts, which could be anything. */
    private static Map<String, Object> filters(AuditQuery query) {
        Map<String, Object> filters = new LinkedHashMap<>();
        putIfThere(filters, "actorId", query.actor());
        putIfThere(filters, "from", query.from());
        putIfThere(filters, "to", query.to());
        return filters;
    }

    private static Map<String, Object> line(AuditEntry entry) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", entry.id().toString());
        line.put("occurredAt", entry.occurredAt());
        line.put("type", entry.type());
        putIfThere(line, "subject", entry.subject());
        Map<String, Object> actor = new LinkedHashMap<>();
        actor.put("type", entry.actor().type().wireName());
        putIfThere(actor, "id", entry.actor().id());
        actor.put("name", entry.actor().name());
        actor.put("via", entry.actor().via());
        line.put("actor", actor);
        putIfThere(line, "address", entry.origin().address());
        putIfThere(line, "userAgent", entry.origin().userAgent());
        line.put("payload", Json.read(entry.payload(), Map.class));
        String personal = entry.personal();
        if (personal != null) {
            line.put("personal", Json.read(personal, Map.class));
        }
        putIfThere(line, "requestId", entry.requestId());
        putIfThere(line, "segment", entry.segment());
        return line;
    }

    private static void putIfThere(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value instanceof UUID || value instanceof Instant ? value.toString() : value);
        }
    }
}
