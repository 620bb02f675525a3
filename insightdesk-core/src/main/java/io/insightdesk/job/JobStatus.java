package io.insightdesk.job;

import java.util.Locale;

/**
 * How far a job is. A job that is done is no longer there.
 *
 * @since 0.1.0
 */
public enum JobStatus {
    /** Waits to be due. */
    SCHEDULED,
    /** Is due, and waits for a worker. */
    READY,
    /** A worker has it. */
    RUNNING,
    /** Is due, and waits because its kind is paused. */
    PAUSED,
    /** Failed too often, or for good; waits to be retried by hand or discarded. */
    DEAD;

    /**
     * The name used in JSON and in the database.
     *
     * @return the name in snake_case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
