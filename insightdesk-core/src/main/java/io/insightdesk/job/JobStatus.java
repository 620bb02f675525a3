package io.insightdesk.job;

import io.insightdesk.error.InvalidInputException;
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

    /**
     * Reads the wire name.
     *
     * @param name the name in snake_case
     * @return the value
     * @throws InvalidInputException when there is no such value
     */
    public static JobStatus of(String name) {
        for (JobStatus value : values()) {
            if (value.wireName().equals(name)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/status", "invalid_value", "The status must be one of scheduled, ready, running, paused, dead.");
    }
}
