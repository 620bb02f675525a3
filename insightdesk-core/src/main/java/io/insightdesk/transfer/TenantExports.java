package io.insightdesk.transfer;

import io.insightdesk.tenant.TenantId;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Exports tenants with all they have. For the host's own administration: nobody's permissions are checked, and suspended tenants are
 * exported as well. Thread-safe.
 *
 * @since 0.1.0
 */
public interface TenantExports {

    /**
     * Writes a tenant as a ZIP: a line of JSON for each row of each table, the files and raw mails, and last {@code manifest.json} with
     * counts and SHA-256 sums, without which the archive is not whole. All rows are of one instant of the database. Left out are what
     * only makes sense in this installation, such as hashes of tokens and the state of deliveries. Rows pass through temporary files;
     * nothing is written to the stream while a transaction is open.
     *
     * @param tenant the tenant
     * @param out where to; not closed
     * @return what was written
     * @throws io.insightdesk.error.NotFoundException when there is no such tenant
     * @throws io.insightdesk.error.UnavailableException with code {@code blob_store_unavailable} when a content cannot be read now
     * @throws IOException when it cannot be written
     */
    TenantExport write(TenantId tenant, OutputStream out) throws IOException;
}
