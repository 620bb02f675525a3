package io.insightdesk.job;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link JobHandler} when trying again cannot help. The job is dead, and can be retried by hand.
 *
 * @since 0.1.0
 */
public final class PermanentFailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message why it can never work, for operators
     * @param cause the failure below, or null
     */
    public PermanentFailureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
