package io.insightdesk.error;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with an input, so that all of it is reported at once. Not thread-safe; make one per check.
 *
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public final class Violations {

    private final List<Violation> found = new ArrayList<>();

    /** Makes an empty collection. */
    public Violations() {}

    /**
     * Adds a violation.
     *
     * @param pointer where, as a JSON pointer
     * @param code the stable reason
     * @param message what is wrong and what is right
     * @return this
     */
    public Violations add(String pointer, String code, String message) {
        found.add(new Violation(pointer, code, message));
        return this;
    }

    /**
     * Requires a text that is not blank and not too long.
     *
     * @param pointer where, as a JSON pointer
     * @param text the text
     * @param maxLength the greatest allowed number of UTF-16 code units
     * @return this
     */
    public Violations requireText(String pointer, @Nullable String text, int maxLength) {
        if (text == null || text.isBlank()) {
            return add(pointer, "required", "A text is required here.");
        }
        return limit(pointer, text, maxLength);
    }

    /**
     * Requires that a text, where there is one, is not too long and holds no NUL, which PostgreSQL cannot store.
     *
     * @param pointer where, as a JSON pointer
     * @param text the text, or null
     * @param maxLength the greatest allowed number of UTF-16 code units
     * @return this
     */
    public Violations limit(String pointer, @Nullable String text, int maxLength) {
        if (text != null && text.length() > maxLength) {
            add(
                    pointer,
                    "too_long",
                    "At most " + maxLength + " characters are allowed, these are " + text.length() + ".");
        }
        if (text != null && text.indexOf('\0') >= 0) {
            add(pointer, "invalid_value", "The NUL character is not allowed in a text.");
        }
        return this;
    }

    /**
     * Ends the check.
     *
     * @throws InvalidInputException when anything was added
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInputException(found);
        }
    }
}
