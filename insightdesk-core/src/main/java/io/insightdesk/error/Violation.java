package io.insightdesk.error;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with an input.
 *
 * @param pointer where, as a JSON pointer (RFC 6901) into the input, such as {@code /requester/email}; empty for the whole
 * @param code a stable snake_case reason, such as {@code required}, {@code too_long}, {@code invalid_value}
 * @param message what is wrong and what is right, as a sentence
 * @since 0.1.0
 */
public record Violation(String pointer, String code, String message) {

    /** Checks that nothing is missing. */
    public Violation {
        requireNonNull(pointer, "pointer");
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }
}
