package io.insightdesk.error;

import org.jspecify.annotations.Nullable;

/**
 * Something this depends on, such as the database, does not answer now. Nothing was changed; repeating later can help.
 *
 * @since 0.1.0
 */
public final class UnavailableException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param code the stable reason, such as {@code database_unavailable}
     * @param message what was tried and the numbers of what was waited for
     * @param cause the failure below, or null
     */
    public UnavailableException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
