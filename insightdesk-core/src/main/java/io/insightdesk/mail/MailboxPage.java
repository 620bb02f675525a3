package io.insightdesk.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of mailboxes.
 *
 * @param items the mailboxes, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record MailboxPage(List<Mailbox> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public MailboxPage {
        items = List.copyOf(items);
    }
}
