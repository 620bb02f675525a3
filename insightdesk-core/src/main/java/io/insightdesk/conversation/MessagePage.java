package io.insightdesk.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a conversation.
 *
 * @param items the messages, oldest first
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record MessagePage(List<Message> items, @Nullable String nextCursor) {

    /** Makes the list unmodifiable. */
    public MessagePage {
        items = List.copyOf(items);
    }
}
