package io.insightdesk.login.internal;

import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SessionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a short time that a session lasts, so that not each request asks the database: what another node ended is seen after
 * {@link LoginOptions#REVOCATION_SEEN_WITHIN} at the latest. Sessions of customers are not remembered: they end with an address, which
 * whoever changes it need not know. Thread-safe.
 */
final class SessionCache {

    private static final int MAX_ENTRIES = 10_000;

    private final LongSupplier nanoTime;
    private final Map<SessionId, Answer> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Answer> eldest) {
            return size() > MAX_ENTRIES;
        }
    };
    private long evictions;

    private record Answer(SessionStore.Live live, long readAt) {}

    SessionCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    Optional<SessionStore.Live> get(SessionId id, Supplier<Optional<SessionStore.Live>> read) {
        long now = nanoTime.getAsLong();
        long before;
        synchronized (entries) {
            @Nullable Answer known = entries.get(id);
            if (known != null && now - known.readAt() < LoginOptions.REVOCATION_SEEN_WITHIN.toNanos()) {
                return Optional.of(known.live());
            }
            before = evictions;
        }
        Optional<SessionStore.Live> live = read.get();
        synchronized (entries) {
            // What was read while something was ended may be older than that.
            if (before == evictions) {
                live.filter(found -> !found.holder().isCustomer())
                        .ifPresent(found -> entries.put(id, new Answer(found, now)));
            }
        }
        return live;
    }

    void evict(SessionId id) {
        synchronized (entries) {
            evictions++;
            entries.remove(id);
        }
    }
}
