package io.insightdesk.jaxrs.internal;

import org.jspecify.annotations.Nullable;

/**
 * What an operation of a PATCH is about (RFC 7644, section 3.5.2).
 *
 * @param attribute the attribute, with the part of it that comes before a filter or without one
 * @param filter which of its values; null for all
 * @param sub the part of those values, in lower case; null for the whole values
 */
record ScimPath(
        ScimFilter.Attribute attribute,
        @Nullable ScimFilter filter,
        @Nullable String sub) {
    /** The part that is meant, with a filter or without. */
    @Nullable String part() {
        return filter == null ? attribute.sub() : sub;
    }

    /** The attribute with the part that is meant, without the filter. */
    String name() {
        String part = part();
        return part == null ? attribute.name() : attribute.name() + "." + part;
    }
}
