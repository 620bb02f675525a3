package io.insightdesk.event.internal;

import io.insightdesk.error.InvalidInputException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the trail was once: a segment and its hash, to be kept elsewhere.
 *
 * @param seq the segment's number
 * @param hash its {@link AuditSeal#hash}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record AuditHead(long seq, byte[] hash) {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    static AuditHead parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "/head",
                    "invalid_value",
                    "A head is the number and the hash of a segment, as an earlier check gave it.");
        }
        return new AuditHead(Long.parseLong(matcher.group(1)), HexFormat.of().parseHex(matcher.group(2)));
    }

    @Override
    public String toString() {
        return seq + ":" + HexFormat.of().formatHex(hash);
    }
}
