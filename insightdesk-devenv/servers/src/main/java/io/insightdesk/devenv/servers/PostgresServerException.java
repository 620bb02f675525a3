package io.insightdesk.devenv.servers;

import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL server could not be started, or refused a statement. The message says what was tried and ends in what to
 * do, or in the end of the server's log.
 *
 * @since 0.1.0
 */
public final class PostgresServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PostgresServerException(String message) {
        super(message);
    }

    PostgresServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
