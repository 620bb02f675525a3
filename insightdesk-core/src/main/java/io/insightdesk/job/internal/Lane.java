package io.insightdesk.job.internal;

import io.insightdesk.job.JobLimit;
import io.insightdesk.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one tenant in one queue that have no limit, or share one. Lanes take turns, so that a tenant with many jobs does
 * not delay one with few, and jobs that may not run yet do not delay others.
 *
 * @param tenant the tenant's identifier, or {@link #NOBODY}
 * @param limit the limit, as {@link #key} gives it
 */
record Lane(String queue, UUID tenant, String limit) {

    /** Stands for the jobs of the host that are no tenant's, as the index has them: after all tenants. */
    static final UUID NOBODY = new UUID(-1, -1);

    private static final String NONE = "";

    static Lane of(String queue, @Nullable TenantId tenant) {
        return of(queue, tenant, NONE);
    }

    static Lane of(String queue, @Nullable TenantId tenant, String limit) {
        return new Lane(queue, tenant == null ? NOBODY : tenant.value(), limit);
    }

    /** How the database calls a limit. */
    static String key(@Nullable JobLimit limit) {
        return limit == null ? NONE : (limit.cluster() ? "c:" : "t:") + limit.name();
    }

    boolean limited() {
        return !limit.isEmpty();
    }
}
