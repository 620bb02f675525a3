package io.insightdesk.event;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a check of the audit trail found.
 *
 * @param segments how many segments were looked at
 * @param events how many sealed events were looked at
 * @param pending how many events of the tenant are not sealed yet
 * @param erased of how many events the personal values are gone
 * @param retired how many segments at the beginning rules of {@linkplain io.insightdesk.transfer.Retention retention} took away, which is not
 *     a problem; they are not looked at
 * @param problems what is not as it was sealed, at most {@value #MAX_PROBLEMS}; unmodifiable
 * @param head number and hash of the last segment that was looked at; null when there was none. Kept elsewhere, it shows later
 *     that no end of the trail was cut off and none was sealed anew
 * @since 0.1.0
 */
public record AuditCheck(
        long segments,
        long events,
        long pending,
        long erased,
        long retired,
        List<Problem> problems,
        @Nullable String head) {

    /** More problems than these are not listed. */
    public static final int MAX_PROBLEMS = 1000;

    /** Copies the problems. */
    public AuditCheck {
        problems = List.copyOf(problems);
    }

    /**
     * Whether everything is as it was sealed.
     *
     * @return true when there is no problem
     */
    public boolean intact() {
        return problems.isEmpty();
    }

    /** What can be wrong. */
    public enum Kind {
        /** The event says something else than when it was sealed. */
        EVENT_ALTERED,
        /** The event is gone, and its place is still there. */
        EVENT_REMOVED,
        /** The event was not recorded by the library, or its place is gone. */
        EVENT_INSERTED,
        /** Names or addresses of the event are others than when it was recorded. */
        PERSONAL_ALTERED,
        /** The segment does not have the events, in the order, that it was sealed with; or its seal is not by the library. */
        SEGMENT_ALTERED,
        /** The segment is gone. */
        SEGMENT_REMOVED;

        /**
         * The name used in JSON.
         *
         * @return the name in snake_case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something that is wrong.
     *
     * @param kind what
     * @param segment the segment; null for an event outside of all
     * @param event the event; null for a problem of a segment
     */
    public record Problem(
            Kind kind, @Nullable Long segment, @Nullable UUID event) {}
}
