package io.insightdesk.jaxrs.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code If-Match} and {@code If-None-Match} (RFC 9110, section 13) over tags that begin with the version. */
final class Preconditions {
    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(?:,|$)|\\s*(\\*)\\s*$");
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,18})(?:-[0-9a-f]{1,8})?");

    private Preconditions() {}

    /** The version a change is meant for. A tag that is not ours is a version that is never current. Null for any version. */
    static @Nullable Long expectedVersion(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return null;
        }
        long newest = -1;
        for (Matcher tags = TAG.matcher(ifMatch); tags.find(); ) {
            if (tags.group(3) != null) {
                return null;
            }
            Matcher version = VERSION.matcher(tags.group(2));
            if (tags.group(1) == null && version.matches()) {
                newest = Math.max(newest, Long.parseLong(version.group(1)));
            }
        }
        return newest;
    }

    /** Whether the caller has this representation already. */
    static boolean isKnown(@Nullable String ifNoneMatch, @Nullable String tag) {
        if (ifNoneMatch == null || tag == null) {
            return false;
        }
        for (Matcher tags = TAG.matcher(ifNoneMatch); tags.find(); ) {
            if (tags.group(3) != null || tag.equals("\"" + tags.group(2) + "\"")) {
                return true;
            }
        }
        return false;
    }
}
