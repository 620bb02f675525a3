package io.insightdesk.tenant.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.tenant.Tenants;
import java.time.Clock;

/** Builds the tenants' service from its collaborators. */
public final class TenantFeature {

    private final Tenants tenants;

    /** Makes the feature. */
    public TenantFeature(Database database, Clock clock) {
        this.tenants = new TenantService(database, new TenantStore(), clock);
    }

    /** The service. */
    public Tenants tenants() {
        return tenants;
    }
}
