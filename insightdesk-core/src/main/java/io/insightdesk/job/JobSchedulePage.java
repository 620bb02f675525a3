package io.insightdesk.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of schedules.
 *
 * @param items the schedules
 * @param nextCursor where to go on; null at the end
 * @since 0.1.0
 */
public record JobSchedulePage(
        List<JobSchedule> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public JobSchedulePage {
        items = List.copyOf(items);
    }
}
