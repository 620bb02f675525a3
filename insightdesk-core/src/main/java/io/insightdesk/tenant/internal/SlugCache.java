package io.insightdesk.tenant.internal;

import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a short time which tenant has a short name, and, shorter, that none has it. Names without a tenant are kept apart: who
 * sends many of them drives out no tenant. Thread-safe.
 */
final class SlugCache {

    /** As long as other nodes' word on tenants may take elsewhere, too. */
    static final Duration KEPT = TenantGate.KEPT;

    static final Duration NONE_KEPT = Duration.ofSeconds(1);
    static final int MAX_TENANTS = 10_000;
    static final int MAX_NONE = 1_000;

    private final LongSupplier nanoTime;
    private final Map<String, Answer> tenants = bounded(MAX_TENANTS);
    private final Map<String, Long> none = bounded(MAX_NONE);
    private long changes;

    SlugCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Answer(TenantId tenant, long readAt) {}

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    /** What is remembered of a name, or what the supplier reads. */
    Optional<TenantId> get(String slug, Supplier<Optional<TenantId>> read) {
        long now = nanoTime.getAsLong();
        long before;
        synchronized (tenants) {
            @Nullable Answer known = tenants.get(slug);
            if (known != null && now - known.readAt() < KEPT.toNanos()) {
                return Optional.of(known.tenant());
            }
            @Nullable Long missedAt = none.get(slug);
            if (missedAt != null && now - missedAt < NONE_KEPT.toNanos()) {
                return Optional.empty();
            }
            before = changes;
        }
        Optional<TenantId> found = read.get();
        synchronized (tenants) {
            // What was read while something changed may be older than the change.
            if (before == changes) {
                tenants.remove(slug);
                none.remove(slug);
                found.ifPresentOrElse(id -> tenants.put(slug, new Answer(id, now)), () -> none.put(slug, now));
            }
        }
        return found;
    }

    /** Forgets what is known of a name. */
    void evict(String slug) {
        synchronized (tenants) {
            changes++;
            tenants.remove(slug);
            none.remove(slug);
        }
    }

    /** Forgets the names of a tenant. */
    void evict(TenantId tenant) {
        synchronized (tenants) {
            changes++;
            tenants.values().removeIf(answer -> answer.tenant().equals(tenant));
        }
    }
}
