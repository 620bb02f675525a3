package io.insightdesk.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit on size, number or rate is reached.
 *
 * @since 0.1.0
 */
public final class LimitReachedException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    /**
     * Makes the exception.
     *
     * @param code the stable reason, such as {@code attachment_too_large}
     * @param message the limit, the value that was asked for, and what to do
     * @param retryAfter after which time repeating can help, or null where it cannot
     */
    public LimitReachedException(String code, String message, @Nullable Duration retryAfter) {
        super(code, message, null);
        this.retryAfter = retryAfter;
    }

    /**
     * Tells when repeating can help.
     *
     * @return the time to wait; empty where waiting does not help
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
