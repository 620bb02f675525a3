package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are wanted, and which part of the list.
 *
 * @param status how far they are
 * @param kind only those of this kind; null for all
 * @param queue only those of this queue; null for all
 * @param cursor where the page before ended; null for the beginning
 * @param limit at most so many, 1 to 100
 * @since 0.1.0
 */
public record JobQuery(
        JobStatus status,
        @Nullable String kind,
        @Nullable String queue,
        @Nullable String cursor,
        int limit) {

    /** The limit where none is given. */
    public static final int DEFAULT_LIMIT = 25;

    /** Checks the limit. */
    public JobQuery {
        requireNonNull(status, "status");
        if (limit < 1 || limit > 100) {
            throw new InvalidInputException(
                    "/limit", "out_of_range", "The limit must be from 1 to 100, not " + limit + ".");
        }
    }

    /**
     * The first dead jobs, of all kinds and queues.
     *
     * @return a query for the first {@value #DEFAULT_LIMIT}
     */
    public static JobQuery dead() {
        return of(JobStatus.DEAD);
    }

    /**
     * The first jobs of a status, of all kinds and queues.
     *
     * @param status how far they are
     * @return a query for the first {@value #DEFAULT_LIMIT}
     */
    public static JobQuery of(JobStatus status) {
        return new JobQuery(status, null, null, null, DEFAULT_LIMIT);
    }

    /**
     * The next page.
     *
     * @param nextCursor what the page before gave; null for the beginning
     * @return this query from there on
     */
    public JobQuery after(@Nullable String nextCursor) {
        return new JobQuery(status, kind, queue, nextCursor, limit);
    }

    /**
     * Another size of the page.
     *
     * @param size at most so many, 1 to 100
     * @return this query with it
     * @throws InvalidInputException code {@code out_of_range}
     */
    public JobQuery limit(int size) {
        return new JobQuery(status, kind, queue, cursor, size);
    }
}
