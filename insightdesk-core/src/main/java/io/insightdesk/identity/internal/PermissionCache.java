package io.insightdesk.identity.internal;

import io.insightdesk.internal.Access;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Remembers permissions for a short time: a change on another node is seen after {@link #KEPT} at the latest. Thread-safe. */
final class PermissionCache {

    static final Duration KEPT = Duration.ofSeconds(5);
    static final int MAX_ENTRIES = 10_000;

    private final LongSupplier nanoTime;
    private final Map<RoleAuthority.Key, Answer> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RoleAuthority.Key, Answer> eldest) {
            return size() > MAX_ENTRIES;
        }
    };
    private long evictions;

    PermissionCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Answer(Access access, long readAt) {}

    Access get(RoleAuthority.Key key, Supplier<Access> read) {
        long now = nanoTime.getAsLong();
        long before;
        synchronized (entries) {
            @Nullable Answer known = entries.get(key);
            if (known != null && now - known.readAt() < KEPT.toNanos()) {
                return known.access();
            }
            before = evictions;
        }
        Access access = read.get();
        synchronized (entries) {
            // What was read while something was evicted may be older than the change.
            if (before == evictions) {
                entries.put(key, new Answer(access, now));
            }
        }
        return access;
    }

    /** Forgets what an agent or a token may do. */
    void evict(UUID changed) {
        synchronized (entries) {
            evictions++;
            entries.keySet().removeIf(key -> key.concerns(changed));
        }
    }

    /** Forgets what anybody of a tenant may do. */
    void evict(TenantId tenant) {
        synchronized (entries) {
            evictions++;
            entries.keySet().removeIf(key -> key.tenant().equals(tenant));
        }
    }
}
