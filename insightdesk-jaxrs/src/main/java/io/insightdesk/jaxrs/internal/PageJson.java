package io.insightdesk.jaxrs.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a list. */
record PageJson<T>(List<T> items, @Nullable String nextCursor) implements Wire {
    PageJson {
        items = List.copyOf(items);
    }
}
