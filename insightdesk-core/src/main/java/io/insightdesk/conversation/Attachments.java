package io.insightdesk.conversation;

import java.io.InputStream;

/**
 * Files for messages: uploaded first, then named by their identifiers in a message. What is not used within 24 hours is
 * removed. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Attachments {

    /**
     * Stores a file; it is streamed, never held as a whole. Uses transactions of its own, so it cannot be called inside a host's
     * transaction: upload first, then pass the identifier.
     *
     * @param filename its name; a path before it is cut off
     * @param contentType its media type
     * @param content the bytes; read to the end, not closed
     * @return the attachment
     * @throws io.insightdesk.error.AccessDeniedException without {@code attachment:write}
     * @throws io.insightdesk.error.LimitReachedException with code {@code attachment_too_large}
     * @throws io.insightdesk.error.InvalidInputException when the name or type is not allowed
     * @throws IllegalStateException inside a host's transaction
     */
    Attachment upload(String filename, String contentType, InputStream content);

    /**
     * Reads what is known of a file.
     *
     * @param id the attachment
     * @return the attachment
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Attachment get(AttachmentId id);

    /**
     * Opens a file.
     *
     * @param id the attachment
     * @return the bytes; the caller closes
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws IllegalStateException inside a host's transaction
     */
    InputStream open(AttachmentId id);
}
