package io.insightdesk.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of jobs.
 *
 * @param items the jobs
 * @param nextCursor where to go on; null at the end
 * @since 0.1.0
 */
public record JobPage(List<Job> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public JobPage {
        items = List.copyOf(items);
    }
}
