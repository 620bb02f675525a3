package io.insightdesk.conversation;

import io.insightdesk.key.Secret;
import java.io.InputStream;

/**
 * Reads files by the links that {@link Attachments#link} makes, for callers who are nobody: an image in a page, a download that another
 * program shall do. A link names its tenant and its file and when it ends, signed under a key of its own (HMAC-SHA256); nothing is
 * stored. It gives what is there when it is used: a file that was erased or removed meanwhile is not found. Thread-safe.
 *
 * @since 0.1.0
 */
public interface AttachmentLinks {

    /**
     * Reads what is known of a file.
     *
     * @param id the attachment
     * @param signature the link's
     * @return the attachment
     * @throws io.insightdesk.error.AccessDeniedException with code {@code attachment_link_invalid} when the signature was altered, is
     *     of another file, or has expired; with {@code tenant_suspended} when the tenant may not be used now
     * @throws io.insightdesk.error.NotFoundException when there is no such file any more
     */
    Attachment get(AttachmentId id, Secret signature);

    /**
     * Opens a file.
     *
     * @param id the attachment
     * @param signature the link's
     * @return the bytes; the caller closes
     * @throws io.insightdesk.error.AccessDeniedException with code {@code attachment_link_invalid} when the signature was altered, is
     *     of another file, or has expired; with {@code tenant_suspended} when the tenant may not be used now
     * @throws io.insightdesk.error.NotFoundException when there is no such file any more
     * @throws io.insightdesk.error.UnavailableException when its content cannot be read now
     */
    InputStream open(AttachmentId id, Secret signature);
}
