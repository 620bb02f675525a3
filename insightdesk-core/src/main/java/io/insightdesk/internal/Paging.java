package io.insightdesk.internal;

import io.insightdesk.error.InvalidInputException;

/** The size of pages. */
public final class Paging {

    /** Rows of a page where nothing is said. */
    public static final int DEFAULT_LIMIT = 25;

    /** Rows that a page has at most. */
    public static final int MAX_LIMIT = 100;

    private Paging() {}

    /** Refuses a limit that is not allowed. */
    public static int requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidInputException(
                    "/limit", "invalid_value", "The limit must be from 1 to " + MAX_LIMIT + ", not " + limit + ".");
        }
        return limit;
    }
}
