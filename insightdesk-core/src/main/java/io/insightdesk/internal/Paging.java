package io.insightdesk.internal;

import io.insightdesk.error.InvalidInputException;
import java.util.Collection;

/** The size of pages. */
public final class Paging {

    /** Rows of a page where nothing is said. */
    public static final int DEFAULT_LIMIT = 25;

    /** Rows that a page has at most. */
    public static final int MAX_LIMIT = 100;

    /** Things that are read at once by their identifiers, at most. */
    public static final int MAX_AT_ONCE = 1000;

    private Paging() {}

    /** Refuses more identifiers than are looked up at once. */
    public static void requireAtOnce(Collection<?> ids, String what) {
        if (ids.size() > MAX_AT_ONCE) {
            throw new InvalidInputException(
                    "/ids", "too_many", "At most " + MAX_AT_ONCE + " " + what + " can be read at once.");
        }
    }

    /** Refuses a limit that is not allowed. */
    public static int requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidInputException(
                    "/limit", "invalid_value", "The limit must be from 1 to " + MAX_LIMIT + ", not " + limit + ".");
        }
        return limit;
    }
}
