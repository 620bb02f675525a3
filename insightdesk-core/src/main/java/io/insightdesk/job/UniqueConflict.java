package io.insightdesk.job;

/**
 * What enqueueing does where another job of the kind, the tenant and the unique key waits. One that runs already is left alone, and
 * nothing is enqueued, whatever is said here.
 *
 * @since 0.1.0
 */
public enum UniqueConflict {
    /** Leaves the one that waits as it is. */
    SKIP,
    /** Gives the one that waits the new job's payload, time and priority. */
    REPLACE,
    /** Gives the one that waits the new job's time, and nothing else. */
    RESCHEDULE
}
