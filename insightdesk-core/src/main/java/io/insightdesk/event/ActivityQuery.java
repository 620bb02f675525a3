package io.insightdesk.event;

import io.insightdesk.error.InvalidInputException;

/**
 * Which part of a ticket's activity list is wanted. The list is in order of {@link Event#ticketSeq()}, oldest first.
 *
 * @param afterSeq only events with a greater number; 0 for the beginning
 * @param limit at most so many, 1 to 100
 * @since 0.1.0
 */
public record ActivityQuery(long afterSeq, int limit) {

    /** The limit where none is given. */
    public static final int DEFAULT_LIMIT = 25;

    /** Checks the bounds. */
    public ActivityQuery {
        if (afterSeq < 0) {
            throw new InvalidInputException("/after", "invalid_value", "The number to start after cannot be negative.");
        }
        if (limit < 1 || limit > 100) {
            throw new InvalidInputException(
                    "/limit", "out_of_range", "The limit must be from 1 to 100, not " + limit + ".");
        }
    }

    /**
     * The first events.
     *
     * @return a query for the first {@value #DEFAULT_LIMIT}
     */
    public static ActivityQuery all() {
        return new ActivityQuery(0, DEFAULT_LIMIT);
    }
}
