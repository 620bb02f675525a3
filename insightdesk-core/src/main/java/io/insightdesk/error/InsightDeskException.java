package io.insightdesk.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything InsightDesk throws on purpose. Messages say what was asked, which value, and what to do; they never
 * hold message bodies, addresses or secrets.
 *
 * @since 0.1.0
 */
public abstract class InsightDeskException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    InsightDeskException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code, "code");
    }

    /**
     * Says what went wrong in a form that programs may rely on.
     *
     * @return a stable snake_case word such as {@code ticket_not_found}; never changes its meaning
     */
    public String code() {
        return code;
    }
}
