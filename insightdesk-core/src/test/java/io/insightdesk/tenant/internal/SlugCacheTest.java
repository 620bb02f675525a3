package io.insightdesk.tenant.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.tenant.TenantId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlugCacheTest {

    private static final TenantId ACME = new TenantId(new UUID(1, 1));
    private static final TenantId OTHER = new TenantId(new UUID(1, 2));

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final SlugCache cache = new SlugCache(now::get);

    private Optional<TenantId> get(String slug, @Nullable TenantId stored) {
        return cache.get(slug, () -> {
            reads.incrementAndGet();
            return Optional.ofNullable(stored);
        });
    }

    @Test
    void aTenantIsRememberedForFiveSecondsAndNoTenantForOne() {
        assertThat(get("acme", ACME)).contains(ACME);
        assertThat(cache.get("none", Optional::empty)).isEmpty();
        now.addAndGet(SlugCache.NONE_KEPT.toNanos() - 1);
        assertThat(get("acme", OTHER)).contains(ACME);
        assertThat(get("none", OTHER)).isEmpty();
        now.addAndGet(1);
        assertThat(get("none", OTHER)).contains(OTHER);
        assertThat(get("acme", OTHER)).contains(ACME);
        now.addAndGet(SlugCache.KEPT.toNanos() - SlugCache.NONE_KEPT.toNanos());
        assertThat(get("acme", OTHER)).contains(OTHER);
        assertThat(reads).hasValue(3);
    }

    @Test
    void whatChangesIsForgotten() {
        assertThat(get("acme", ACME)).contains(ACME);
        cache.evict("acme");
        assertThat(get("acme", OTHER)).contains(OTHER);
        cache.evict(OTHER);
        assertThat(get("acme", ACME)).contains(ACME);
        assertThat(cache.get("none", Optional::empty)).isEmpty();
        cache.evict("none");
        assertThat(get("none", ACME)).contains(ACME);
    }

    @Test
    void whatWasReadWhileSomethingChangedIsNotRemembered() {
        assertThat(cache.get("acme", () -> {
                    cache.evict("acme");
                    return Optional.empty();
                }))
                .isEmpty();
        assertThat(get("acme", ACME)).contains(ACME);
    }

    @Test
    void whoAsksForManyNamesDrivesOutNoTenantAndFillsNoMemory() {
        assertThat(get("acme", ACME)).contains(ACME);
        for (int i = 0; i < 3 * SlugCache.MAX_NONE; i++) {
            assertThat(cache.get("none" + i, Optional::empty)).isEmpty();
        }
        assertThat(get("acme", OTHER)).contains(ACME);
        assertThat(get("none0", OTHER)).as("long forgotten").contains(OTHER);
        for (int i = 0; i < SlugCache.MAX_TENANTS; i++) {
            assertThat(get("many" + i, OTHER)).contains(OTHER);
        }
        assertThat(get("acme", OTHER)).as("driven out by other tenants").contains(OTHER);
    }
}
