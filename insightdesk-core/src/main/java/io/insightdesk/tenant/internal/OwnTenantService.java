package io.insightdesk.tenant.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Scope;
import io.insightdesk.tenant.OwnTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantUsage;
import org.jspecify.annotations.Nullable;

final class OwnTenantService implements OwnTenant {

    private final Scope scope;
    private final TenantService tenants;

    OwnTenantService(Scope scope, TenantService tenants) {
        this.scope = scope;
        this.tenants = tenants;
    }

    @Override
    public Tenant get() {
        scope.require(Permission.AGENT_READ);
        return tenants.get(scope);
    }

    @Override
    public Tenant change(@Nullable Long expectedVersion, TenantChange change) {
        requireNonNull(change, "change");
        scope.require(Permission.TENANT_ADMIN);
        return tenants.change(scope, expectedVersion, change);
    }

    @Override
    public TenantUsage usage() {
        scope.require(Permission.AGENT_READ);
        return tenants.usage(scope);
    }
}
