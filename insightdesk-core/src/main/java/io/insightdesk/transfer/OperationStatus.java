package io.insightdesk.transfer;

import java.util.Locale;

/**
 * How a long operation stands.
 *
 * @since 0.1.0
 */
public enum OperationStatus {
    /** It waits for a worker, or to be tried again. */
    WAITING,
    /** A worker has it. */
    RUNNING,
    /** It is done. */
    DONE,
    /** It was given up; its job is among the dead ones, and can be retried there. */
    FAILED,
    /** Somebody ended it before it was done; what was done by then stays. */
    CANCELLED;

    /**
     * The name used in JSON.
     *
     * @return the name in lower case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
