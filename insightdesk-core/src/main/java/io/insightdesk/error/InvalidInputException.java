package io.insightdesk.error;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The input breaks rules; every broken rule is listed, not only the first. Nothing was changed.
 *
 * @since 0.1.0
 */
public final class InvalidInputException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /**
     * Makes the exception.
     *
     * @param violations all that is wrong, at least one
     */
    public InvalidInputException(List<Violation> violations) {
        super("invalid_input", describe(violations), null);
        this.violations = List.copyOf(violations);
    }

    /**
     * Makes the exception for one violation.
     *
     * @param pointer where, as a JSON pointer; empty for the whole input
     * @param code the stable reason
     * @param message what is wrong and what is right
     */
    public InvalidInputException(String pointer, String code, String message) {
        this(List.of(new Violation(pointer, code, message)));
    }

    private static String describe(List<Violation> violations) {
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("an invalid input has at least one violation");
        }
        return violations.stream()
                .map(v -> v.pointer().isEmpty() ? v.message() : v.pointer() + ": " + v.message())
                .collect(Collectors.joining(" "));
    }

    /**
     * Lists all that is wrong.
     *
     * @return the violations, at least one, unmodifiable
     */
    public List<Violation> violations() {
        return violations;
    }
}
