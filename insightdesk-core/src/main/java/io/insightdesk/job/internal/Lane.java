package io.insightdesk.job.internal;

import io.insightdesk.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one tenant in one queue. Lanes take turns, so that a tenant with many jobs does not delay one with few.
 *
 * @param tenant the tenant's identifier, or {@link #NOBODY}
 */
record Lane(String queue, UUID tenant) {

    /** Stands for the jobs of the host that are no tenant's, as the index has them: after all tenants. */
    static final UUID NOBODY = new UUID(-1, -1);

    static Lane of(String queue, @Nullable TenantId tenant) {
        return new Lane(queue, tenant == null ? NOBODY : tenant.value());
    }
}
