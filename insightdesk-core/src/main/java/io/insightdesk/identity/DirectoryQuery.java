package io.insightdesk.identity;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;

/**
 * Which users or groups of a {@link Directory} to list. Pages are counted, as RFC 7644 (section 3.4.2.4) has it.
 *
 * @param filter which
 * @param offset how many to pass over, from 0
 * @param limit how many at most, from 0, which only counts, to {@value #MAX_LIMIT}
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record DirectoryQuery(DirectoryFilter filter, int offset, int limit) {

    /** How many a page has at most. */
    public static final int MAX_LIMIT = 200;

    /**
     * Checks the numbers.
     *
     * @throws InvalidInputException when they are out of their ranges
     */
    public DirectoryQuery {
        requireNonNull(filter, "filter");
        Violations violations = new Violations();
        if (offset < 0) {
            violations.add("/offset", "invalid_value", "The offset must not be negative, as " + offset + " is.");
        }
        if (limit < 0 || limit > MAX_LIMIT) {
            violations.add(
                    "/limit", "invalid_value", "The limit must be from 0 to " + MAX_LIMIT + ", not " + limit + ".");
        }
        violations.throwIfAny();
    }

    /**
     * The first of all.
     *
     * @return the query
     */
    public static DirectoryQuery all() {
        return new DirectoryQuery(DirectoryFilter.EVERYTHING, 0, MAX_LIMIT);
    }
}
