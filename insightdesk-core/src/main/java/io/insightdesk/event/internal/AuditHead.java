package io.insightdesk.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.insightdesk.error.InvalidInputException;
import java.util.HexFormat;
import java.util.UUID;
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

    /** What is signed when this is where a rule of retention cut. */
    byte[] signed(UUID tenant) {
        return ("audit retired 1\n" + tenant + "\n" + this).getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return seq + ":" + HexFormat.of().formatHex(hash);
    }
}
