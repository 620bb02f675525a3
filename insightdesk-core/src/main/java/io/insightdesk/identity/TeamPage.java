package io.insightdesk.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of teams.
 *
 * @param items the teams, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record TeamPage(List<Team> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public TeamPage {
        items = List.copyOf(items);
    }
}
