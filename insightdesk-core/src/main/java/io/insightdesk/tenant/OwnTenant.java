package io.insightdesk.tenant;

import org.jspecify.annotations.Nullable;

/**
 * The tenant of a desk, for those who work there. To suspend or to limit it is the business of whoever runs the installation: see
 * {@link Tenants}. Thread-safe.
 *
 * @since 0.1.0
 */
public interface OwnTenant {

    /**
     * Reads the tenant. Needs {@code agent:read}.
     *
     * @return the tenant
     * @throws io.insightdesk.error.AccessDeniedException without the permission; with code {@code tenant_suspended} when suspended
     */
    Tenant get();

    /**
     * Changes the tenant. Needs {@code tenant:admin}.
     *
     * @param expectedVersion the version that the change is meant for; null for any
     * @param change what shall change
     * @return the tenant as changed; as it was where nothing changes
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when it has another version
     * @throws io.insightdesk.error.AccessDeniedException without the permission
     */
    Tenant change(@Nullable Long expectedVersion, TenantChange change);

    /**
     * Reads what the tenant uses of its plan. Needs {@code agent:read}.
     *
     * @return the usage now
     * @throws io.insightdesk.error.AccessDeniedException without the permission
     */
    TenantUsage usage();
}
