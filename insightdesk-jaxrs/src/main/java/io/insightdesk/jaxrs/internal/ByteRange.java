package io.insightdesk.jaxrs.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One range of bytes (RFC 9110, section 14); several at once are answered with the whole, which the RFC allows. */
record ByteRange(long from, long to) {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** A range that has no byte. */
    static final ByteRange UNSATISFIABLE = new ByteRange(0, -1);

    /** The part that is wanted, both ends included; null for the whole. */
    static @Nullable ByteRange of(@Nullable String header, long size) {
        Matcher range = header == null ? null : RANGE.matcher(header.strip());
        if (range == null || !range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return null;
        }
        if (range.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(range.group(2)), size);
            return last == 0 ? UNSATISFIABLE : new ByteRange(size - last, size - 1);
        }
        long from = Long.parseLong(range.group(1));
        long to = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
        if (to < from && !range.group(2).isEmpty()) {
            return null;
        }
        return from >= size ? UNSATISFIABLE : new ByteRange(from, Math.min(to, size - 1));
    }

    long length() {
        return to - from + 1;
    }
}
