package io.insightdesk.job;

/**
 * What a schedule does about firings that were due while no worker was there to see to them. What was due while the schedule was
 * paused is not missed.
 *
 * @since 0.1.0
 */
public enum MisfirePolicy {
    /** Fires only while it is due for no longer than {@link NewJobSchedule#misfireGrace}; what was missed before is passed over. */
    SKIP,
    /** Fires once for all that was missed. */
    ONCE,
    /**
     * Fires once for each that was missed, the oldest first, up to {@link NewJobSchedule#MAX_MISFIRES}; later ones are passed over.
     * Needs {@link NewJobSchedule#overlap}.
     */
    ALL
}
