package io.insightdesk.mail;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Mail that comes in for a tenant. Thread-safe.
 *
 * <p>A mail is for the mailbox whose address the envelope names; where it names none, for the first that is named by
 * Delivered-To and the like, To, or Cc. A mail that is for two mailboxes is handed in once for each: each of them has its own
 * ticket, and an answer only ever continues a ticket of the mailbox it was sent to, or one that has no mailbox.
 *
 * <p>It continues a ticket when, in this order, a recipient's address holds the signed token of one; or In-Reply-To or
 * References name a mail of one; or the subject names the number of one as in {@code [#1042]}. The last two only count
 * when the sender takes part in that ticket: as requester, as author, or as recipient of one of its messages. What names
 * a ticket in which the sender takes no part opens a new one, flagged {@code unverified_sender}. Writing to a closed
 * ticket opens a new one that is linked to it. Agents who write to a mailbox are treated as customers.
 *
 * @since 0.1.0
 */
public interface Mail {

    /**
     * Receives a raw mail (RFC 5322). It is kept durably before anything else is done with it; when this returns, or throws
     * {@link io.insightdesk.error.UnavailableException} with code {@code mail_delayed}, it cannot be lost any more and may be
     * acknowledged. Needs {@code mail:receive}.
     *
     * @param raw the mail; read to its end, not closed
     * @param envelope what the mail server said
     * @return what became of it
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws io.insightdesk.error.LimitReachedException with code {@code mail_too_large}; the mail is not kept
     * @throws io.insightdesk.error.UnavailableException with code {@code mail_delayed} when the mail is kept and will be processed
     *     later; with any other code when it is not kept
     * @throws IllegalStateException inside a host's transaction
     */
    InboundResult receive(InputStream raw, Envelope envelope);

    /**
     * Receives a raw mail for a certain mailbox; see {@link #receive(InputStream, Envelope)}.
     *
     * @param raw the mail; read to its end, not closed
     * @param mailbox the mailbox' address; null to find the mailbox by the mail's header
     * @return what became of it
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_mailbox} when there is no mailbox of this address
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws io.insightdesk.error.LimitReachedException with code {@code mail_too_large}; the mail is not kept
     * @throws io.insightdesk.error.UnavailableException as above
     * @throws IllegalStateException inside a host's transaction
     */
    InboundResult receive(InputStream raw, @Nullable String mailbox);

    /**
     * Reads what is known of a received mail; needs {@code mail:read}.
     *
     * @param id the mail
     * @return the mail
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    InboundMail get(InboundMailId id);

    /**
     * Lists the mails that wait for a person to look at them, oldest first; needs {@code mail:read}.
     *
     * @param cursor where the page before ended; null for the first page
     * @param limit at most so many, 1 to 100
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not of this list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    InboundMailPage quarantined(@Nullable String cursor, int limit);

    /**
     * Opens the raw original of a received mail; needs {@code mail:read}.
     *
     * @param id the mail
     * @return the bytes as they were handed in; the caller closes
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    InputStream open(InboundMailId id);

    /**
     * Processes a quarantined mail again, without the limit for mails of one sender; needs {@code mail:admin}.
     *
     * @param id the mail
     * @return what became of it now
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code not_quarantined} when it is not in quarantine
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws IllegalStateException inside a host's transaction
     */
    InboundResult retry(InboundMailId id);
}
