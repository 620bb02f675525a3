package io.insightdesk.conversation;

import io.insightdesk.storage.ScanResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that belongs, or will belong, to a message.
 *
 * @param id the attachment
 * @param filename its name, without path
 * @param contentType its media type: as it was declared, unless the beginning of the content is of another type
 * @param claimedType the media type that the sender, or the file's name, claimed though the content is of another; null where
 *     nothing contradicts
 * @param size its size in bytes
 * @param inline whether it is shown inside the text
 * @param contentId by which the HTML names it, without angle brackets; null where it does not
 * @param scan what the {@link io.insightdesk.storage.FileScanner} found, which decides whether it is given out; null where there was none
 * @param createdAt when it was stored
 * @since 0.1.0
 */
public record Attachment(
        AttachmentId id,
        String filename,
        String contentType,
        @Nullable String claimedType,
        long size,
        boolean inline,
        @Nullable String contentId,
        @Nullable ScanResult scan,
        Instant createdAt) {}
