package io.insightdesk.storage;

import io.insightdesk.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;

/**
 * Extension point: where the contents of blobs are. The library keeps the list of blobs, checks limits and clears up; a store
 * only keeps bytes under a name. It is called outside database transactions, by several threads and nodes at once, and with
 * each identifier by one writer at a time. Thread-safe. A store that a host made is closed by the host.
 *
 * @since 0.1.0
 */
public interface BlobStore {

    /**
     * Keeps a content. What was kept under the identifier before, also by a call that failed, is replaced. When this returns the
     * content survives a crash and can be read by every node; when it throws nothing can be read. The content is read as a
     * stream and never held in memory as a whole.
     *
     * @param tenant the tenant
     * @param blob the name of the content within the tenant
     * @param content read to its end, not closed
     * @throws IOException when the content cannot be read or kept; an exception of the content is passed on as it is
     */
    void put(TenantId tenant, BlobId blob, InputStream content) throws IOException;

    /**
     * Opens a part of a content.
     *
     * @param tenant the tenant
     * @param blob the name of the content
     * @param offset the first byte that is wanted, 0 or more; beyond the end nothing is read
     * @param length at most so many bytes; {@link Long#MAX_VALUE} for all that follow
     * @return the bytes; the caller closes it. Reading throws an {@link IOException} when the content vanishes meanwhile
     * @throws io.insightdesk.error.NotFoundException when there is no such content in this tenant
     * @throws IOException when the content cannot be read now
     */
    InputStream open(TenantId tenant, BlobId blob, long offset, long length) throws IOException;

    /**
     * Opens a content from its beginning to its end.
     *
     * @param tenant the tenant
     * @param blob the name of the content
     * @return the bytes; the caller closes it
     * @throws io.insightdesk.error.NotFoundException when there is no such content in this tenant
     * @throws IOException when the content cannot be read now
     */
    default InputStream open(TenantId tenant, BlobId blob) throws IOException {
        return open(tenant, blob, 0, Long.MAX_VALUE);
    }

    /**
     * Removes a content, and what a failed or killed {@link #put} left of it. Nothing happens where there is nothing.
     *
     * @param tenant the tenant
     * @param blob the name of the content
     * @throws IOException when it cannot be removed now
     */
    void delete(TenantId tenant, BlobId blob) throws IOException;
}
