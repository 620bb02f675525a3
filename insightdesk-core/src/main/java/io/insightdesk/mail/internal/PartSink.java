package io.insightdesk.mail.internal;

import java.io.IOException;
import java.io.InputStream;

/** Takes the content of attachments while a mail is read. */
@FunctionalInterface
interface PartSink {

    /**
     * Stores one attachment. Called once for each, in the order of the mail, on the parsing thread.
     *
     * @param filename a clean name without path, never empty, distinct within the mail
     * @param contentType lower case, without parameters, for example {@code image/png}
     * @param content the decoded bytes; valid during the call only; what is left unread is skipped
     * @return what the caller needs to find the content again; comes back as {@link ParsedAttachment#handle()}
     * @throws IOException if the content cannot be stored; ends the parsing
     */
    Object store(String filename, String contentType, InputStream content) throws IOException;
}
