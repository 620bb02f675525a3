package io.insightdesk.devenv.servers;

/**
 * A mail that was waited for did not come in time. The message says how long was waited and what came instead.
 *
 * @since 0.1.0
 */
public final class MailNotReceivedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MailNotReceivedException(String message) {
        super(message);
    }
}
