package io.insightdesk.conversation;

import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Files for messages: uploaded first, then named by their identifiers in a message. What is not used within 24 hours is
 * removed. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Attachments {

    /** The greatest number of files that can be stored at once. */
    int MAX_FILES_AT_ONCE = 20;

    /** How long a link is good where nothing is said. */
    Duration DEFAULT_LINK_VALIDITY = Duration.ofMinutes(5);

    /** How long a link is good at most. */
    Duration MAX_LINK_VALIDITY = Duration.ofHours(1);

    /**
     * Stores a file; it is streamed, never held as a whole. Uses transactions of its own, so it cannot be called inside a host's
     * transaction: upload first, then pass the identifier.
     *
     * <p>The beginning of the content (64 KiB) decides what type the file is recorded as: the declared type stays where it can be
     * true, a general one ({@code application/octet-stream}) gives way to what the name says, and one that the content contradicts
     * is replaced and kept as {@link Attachment#claimedType()}. A lie is recorded, not refused.
     *
     * @param filename its name; a path before it is cut off
     * @param contentType its media type; {@code application/octet-stream} where it is not known
     * @param content the bytes; read to the end, not closed
     * @return the attachment
     * @throws io.insightdesk.error.AccessDeniedException without {@code attachment:write}
     * @throws io.insightdesk.error.LimitReachedException with code {@code attachment_too_large}
     * @throws io.insightdesk.error.InvalidInputException when the name or type is not allowed
     * @throws IllegalStateException inside a host's transaction
     */
    Attachment upload(String filename, String contentType, InputStream content);

    /**
     * Stores several files, all or none: they are streamed one after the other, and recorded in one transaction when the last one
     * has come. When one fails, those before it are removed. Not inside a host's transaction.
     *
     * @param files the files; each content is read to its end before the next file is asked for
     * @return the attachments, in the order of the files
     * @throws io.insightdesk.error.AccessDeniedException without {@code attachment:write}
     * @throws io.insightdesk.error.LimitReachedException with code {@code attachment_too_large}, or {@code too_many_files} when there
     *     are more than {@value #MAX_FILES_AT_ONCE}
     * @throws io.insightdesk.error.InvalidInputException when a name or type is not allowed, with the pointer {@code /files/0/filename}
     *     for the first file
     * @throws IllegalStateException inside a host's transaction
     */
    List<Attachment> uploadAll(Iterator<NewFile> files);

    /**
     * Makes a link by which whoever has it can read a file without a login, through {@link AttachmentLinks}, until it expires. The
     * actor's right to the file is checked now; nothing is stored, and a link cannot be taken back, so keep the time short.
     *
     * @param id the attachment
     * @param validFor how long, from a second to {@link #MAX_LINK_VALIDITY}; whole seconds count
     * @return the link
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is no such file for the actor
     * @throws io.insightdesk.error.InvalidInputException when the time is out of range
     */
    AttachmentLink link(AttachmentId id, Duration validFor);

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
