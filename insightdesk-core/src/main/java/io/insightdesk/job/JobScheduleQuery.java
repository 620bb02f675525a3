package io.insightdesk.job;

import io.insightdesk.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the list of schedules is wanted.
 *
 * @param cursor where the page before ended; null for the beginning
 * @param limit at most so many, 1 to 100
 * @since 0.1.0
 */
public record JobScheduleQuery(@Nullable String cursor, int limit) {

    /** The limit where none is given. */
    public static final int DEFAULT_LIMIT = 25;

    /** Checks the limit. */
    public JobScheduleQuery {
        if (limit < 1 || limit > 100) {
            throw new InvalidInputException(
                    "/limit", "out_of_range", "The limit must be from 1 to 100, not " + limit + ".");
        }
    }

    /**
     * The first schedules.
     *
     * @return a query for the first {@value #DEFAULT_LIMIT}
     */
    public static JobScheduleQuery all() {
        return new JobScheduleQuery(null, DEFAULT_LIMIT);
    }

    /**
     * The next page.
     *
     * @param nextCursor what the page before gave; null for the beginning
     * @return this query from there on
     */
    public JobScheduleQuery after(@Nullable String nextCursor) {
        return new JobScheduleQuery(nextCursor, limit);
    }

    /**
     * Another size of the page.
     *
     * @param size at most so many, 1 to 100
     * @return this query with it
     * @throws InvalidInputException code {@code out_of_range}
     */
    public JobScheduleQuery limit(int size) {
        return new JobScheduleQuery(cursor, size);
    }
}
