package io.insightdesk.identity;

import java.util.List;

/**
 * A part of what a filter of a {@link Directory} finds.
 *
 * @param total how many there are on all pages
 * @param items those of this page, in the order in which they were made, unmodifiable
 * @param <T> a {@link DirectoryUser} or a {@link DirectoryGroup}
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record DirectoryPage<T>(long total, List<T> items) {

    /** Copies the items. */
    public DirectoryPage {
        items = List.copyOf(items);
    }
}
