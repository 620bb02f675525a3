package io.insightdesk.jaxrs.internal;

import org.jspecify.annotations.Nullable;

/** A field of a merge patch that can be removed: untouched where the record's component is null, removed where the value is. */
record Patch<T>(@Nullable T value) {}
