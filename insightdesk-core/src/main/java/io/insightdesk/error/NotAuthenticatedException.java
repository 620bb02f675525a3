package io.insightdesk.error;

/**
 * It is not proven who asks: a password, a code or a token is wrong, used up or expired. Which of these it was is not told where
 * that would help somebody who guesses. Ask the person to log in again.
 *
 * @since 0.1.0
 */
public final class NotAuthenticatedException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param code the stable reason, such as {@code invalid_credentials}
     * @param message what was refused and what to do; the same for everything that shall not be told apart
     */
    public NotAuthenticatedException(String code, String message) {
        super(code, message, null);
    }
}
