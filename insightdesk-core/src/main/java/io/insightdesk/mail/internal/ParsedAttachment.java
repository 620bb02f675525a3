package io.insightdesk.mail.internal;

import org.jspecify.annotations.Nullable;

/**
 * An attachment of a mail whose content the {@link PartSink} took.
 *
 * @param filename without path, distinct within the mail
 * @param contentType lower case, without parameters
 * @param size bytes that the sink was offered, transfer encoding removed
 * @param inline shown within the HTML, or meant to be shown in place
 * @param contentId without angle brackets
 * @param handle what the sink returned
 */
record ParsedAttachment(
        String filename,
        String contentType,
        long size,
        boolean inline,
        @Nullable String contentId,
        Object handle) {}
