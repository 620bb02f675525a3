package io.insightdesk.mail;

/**
 * Extension point: how mail leaves. Called by several threads at once, outside database transactions, within a background
 * job. At least once: after a crash a mail that was sent may be sent again, with the same {@code Message-ID}. Thread-safe. A
 * transport that a host made is closed by the host.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MailTransport {

    /**
     * Hands a mail to who brings it to its recipients. When this returns somebody else has taken charge of it; when it throws
     * nobody has, for none of the recipients.
     *
     * @param mail the mail
     * @throws MailNotSentException when it was not taken; tells whether trying again can help
     */
    void send(OutboundMail mail) throws MailNotSentException;
}
