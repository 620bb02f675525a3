package io.insightdesk.mail;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link MailTransport} that could not send a mail.
 *
 * @since 0.1.0
 */
public final class MailNotSentException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean permanent;
    private final String answer;

    private MailNotSentException(boolean permanent, String message, String answer, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.permanent = permanent;
        this.answer = requireNonNull(answer, "answer");
    }

    /**
     * A failure that will not happen again for ever: it is tried again.
     *
     * @param message what happened, for logs, without addresses
     * @param answer what the agent is shown, such as the server's answer
     * @param cause the failure below, or null
     * @return the exception
     */
    public static MailNotSentException temporary(String message, String answer, @Nullable Throwable cause) {
        return new MailNotSentException(false, message, answer, cause);
    }

    /**
     * A failure that trying again cannot help.
     *
     * @param message what happened, for logs, without addresses
     * @param answer what the agent is shown, such as the server's answer
     * @param cause the failure below, or null
     * @return the exception
     */
    public static MailNotSentException permanent(String message, String answer, @Nullable Throwable cause) {
        return new MailNotSentException(true, message, answer, cause);
    }

    /**
     * Whether trying again cannot help.
     *
     * @return true when the mail is given up
     */
    public boolean permanent() {
        return permanent;
    }

    /**
     * What the agent who wrote the message is shown.
     *
     * @return such as {@code 550 5.1.1 no such user}
     */
    public String answer() {
        return answer;
    }
}
