package io.insightdesk.conversation;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;

/**
 * A file that shall be stored; see {@link Attachments#uploadAll}.
 *
 * @param filename its name; a path before it is cut off
 * @param contentType its media type; {@code application/octet-stream} where it is not known
 * @param content the bytes; read once, to the end, not closed
 * @since 0.1.0
 */
public record NewFile(String filename, String contentType, InputStream content) {

    /** Requires all three. */
    public NewFile {
        requireNonNull(filename, "filename");
        requireNonNull(contentType, "contentType");
        requireNonNull(content, "content");
    }
}
