package io.insightdesk.transfer.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.transfer.TenantDeletions;
import io.insightdesk.transfer.TenantExports;
import java.time.Clock;
import java.time.Duration;

/** Builds the services of transfer from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class TransferFeature {

    /** A node may be slow to notice how late it is. */
    private static final Duration KNOWN_AFTER = TenantFeature.KNOWN_AFTER.plusSeconds(1);

    private final TenantDeletions tenantDeletions;
    private final TenantExports tenantExports;

    /** Makes the feature. */
    public TransferFeature(
            Database database, Clock clock, JobFeature jobs, StorageFeature storage, TenantFeature tenants) {
        TenantDeletionStore deletions = new TenantDeletionStore();
        TenantEraser eraser = new TenantEraser(database, deletions, storage, clock, KNOWN_AFTER);
        this.tenantDeletions = new TenantDeletionService(database, deletions, eraser, jobs, tenants, clock);
        this.tenantExports =
                new TenantExportService(database, new TenantExportStore(), storage, tenants.tenants(), clock);
    }

    /** The deletions of tenants. */
    public TenantDeletions tenantDeletions() {
        return tenantDeletions;
    }

    /** The exports of tenants. */
    public TenantExports tenantExports() {
        return tenantExports;
    }
}
