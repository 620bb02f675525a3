package io.insightdesk.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A mail that is to be sent.
 *
 * @since 0.1.0
 */
public interface OutboundMail {

    /**
     * Names the envelope's sender, to whom bounces go.
     *
     * @return an address without angle brackets
     */
    String sender();

    /**
     * Names everybody who shall get it.
     *
     * @return addresses without angle brackets, at least one
     */
    List<String> recipients();

    /**
     * Names the mail. The same at every attempt, so that who gets a mail twice can tell.
     *
     * @return the {@code Message-ID} without angle brackets
     */
    String messageId();

    /**
     * Writes the mail (RFC 5322 and MIME): 7-bit, lines end with CR LF, none is longer than 998 characters. Attachments are
     * streamed. May be called again after a failure.
     *
     * @param out where to; not closed
     * @throws IOException when an attachment cannot be read or the mail cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
}
