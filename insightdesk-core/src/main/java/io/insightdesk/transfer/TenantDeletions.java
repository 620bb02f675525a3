package io.insightdesk.transfer;

import io.insightdesk.tenant.TenantId;
import java.util.Optional;

/**
 * Deletes tenants with all they have. For the host's own administration: nobody's permissions are checked. Thread-safe.
 *
 * @since 0.1.0
 */
public interface TenantDeletions {

    /**
     * Begins to delete a tenant; this cannot be undone. From the commit on the tenant refuses all calls. A job of the host's does the
     * rest on any node whose workers run: it cancels the tenant's jobs and schedules, removes its files and then its rows, those
     * that refer to others first, and ends with a proof that nothing is left. After a crash it goes on where it was. Repeating the
     * call does no harm; where somebody discarded the job, it makes another.
     *
     * @param tenant the tenant
     * @return the deletion as it stands
     * @throws io.insightdesk.error.NotFoundException when there is no such tenant, and never was one that was deleted
     */
    TenantDeletion begin(TenantId tenant);

    /**
     * Tells how far the deletion of a tenant is.
     *
     * @param tenant the tenant
     * @return the deletion; empty where none was begun
     */
    Optional<TenantDeletion> find(TenantId tenant);
}
