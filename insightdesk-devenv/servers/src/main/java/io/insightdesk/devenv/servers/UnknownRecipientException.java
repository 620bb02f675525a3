package io.insightdesk.devenv.servers;

/**
 * Thrown by a {@link SmtpReceiver.Handler} for a mail that is for nobody here. The client is told for good (550), so that
 * it does not try again.
 *
 * @since 0.1.0
 */
public final class UnknownRecipientException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Makes one; the message goes to the client, so it should say no more than the address. */
    public UnknownRecipientException(String message) {
        super(message);
    }
}
