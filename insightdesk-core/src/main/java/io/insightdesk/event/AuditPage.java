package io.insightdesk.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the audit trail.
 *
 * @param items the events, unmodifiable
 * @param nextCursor where the next page begins; null at the end
 * @since 0.1.0
 */
public record AuditPage(List<AuditEntry> items, @Nullable String nextCursor) {

    /** Copies the items. */
    public AuditPage {
        items = List.copyOf(items);
    }
}
