package io.insightdesk.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.event.ActorType;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.tenant.TenantId;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PermissionCacheTest {

    private static final Access READ = new Access(Set.of(Permission.TICKET_READ), TicketSight.ALL);

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1);
    private final PermissionCache cache = new PermissionCache(time::get);
    private final AtomicInteger reads = new AtomicInteger();
    private final RoleAuthority.Key key = key(UUID.randomUUID(), null);

    @Test
    void remembersForFiveSecondsAlsoWhenTheCounterOverflows() {
        get(key);
        time.addAndGet(PermissionCache.KEPT.toNanos() - 1);
        get(key);
        assertThat(reads).hasValue(1);

        time.addAndGet(1);
        get(key);
        assertThat(reads).hasValue(2);
    }

    @Test
    void forgetsWhatAChangeConcerns() {
        ApiTokenId token = new ApiTokenId(UUID.randomUUID());
        RoleAuthority.Key through = key(key.id(), token);
        get(key);
        get(through);

        cache.evict(token.value());
        get(key);
        assertThat(reads).hasValue(2);
        get(through);
        assertThat(reads).hasValue(3);

        cache.evict(key.id());
        get(key);
        get(through);
        assertThat(reads).hasValue(5);
    }

    @Test
    void doesNotKeepWhatWasReadWhileItChanged() {
        cache.get(key, () -> {
            cache.evict(key.id());
            return READ;
        });
        get(key);
        assertThat(reads).hasValue(1);
    }

    @Test
    void doesNotGrowWithoutEnd() {
        get(key);
        for (int i = 0; i < PermissionCache.MAX_ENTRIES; i++) {
            cache.get(key(new UUID(0, i), null), () -> READ);
        }
        get(key);
        assertThat(reads).hasValue(2);
    }

    private void get(RoleAuthority.Key wanted) {
        Access access = cache.get(wanted, () -> {
            reads.incrementAndGet();
            return READ;
        });
        assertThat(access).isEqualTo(READ);
    }

    private static RoleAuthority.Key key(UUID id, @org.jspecify.annotations.Nullable ApiTokenId through) {
        return new RoleAuthority.Key(new TenantId(new UUID(1, 1)), ActorType.AGENT, id, through);
    }
}
