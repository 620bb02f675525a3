package io.insightdesk.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of agents.
 *
 * @param items the agents, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record AgentPage(List<Agent> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public AgentPage {
        items = List.copyOf(items);
    }
}
