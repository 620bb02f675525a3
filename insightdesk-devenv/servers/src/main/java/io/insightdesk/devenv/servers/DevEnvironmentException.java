package io.insightdesk.devenv.servers;

import org.jspecify.annotations.Nullable;

/**
 * A development environment cannot be had as asked for. The message says what to do.
 *
 * @since 0.1.0
 */
public class DevEnvironmentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception with a message for the person who has to act. */
    public DevEnvironmentException(String message) {
        super(message);
    }

    /** Makes an exception with a message for the person who has to act, and what led to it. */
    public DevEnvironmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
