package io.insightdesk.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of received mails.
 *
 * @param items the mails, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record InboundMailPage(
        List<InboundMail> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public InboundMailPage {
        items = List.copyOf(items);
    }
}
