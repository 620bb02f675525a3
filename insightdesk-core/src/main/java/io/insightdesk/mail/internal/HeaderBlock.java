package io.insightdesk.mail.internal;

import io.insightdesk.mail.internal.UnreadableMailException.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a mail line by line, and only that, repairing what mail programs and gateways break: an mbox
 * {@code From } line, a junk first line, continuations that lost their indent, any kind of line end.
 */
final class HeaderBlock {

    private static final Set<String> OF_A_MAIL = Set.of(
            "from",
            "to",
            "cc",
            "subject",
            "date",
            "message-id",
            "received",
            "return-path",
            "sender",
            "reply-to",
            "mime-version",
            "content-type",
            "delivered-to",
            "x-original-to",
            "in-reply-to",
            "references",
            "content-transfer-encoding");

    private final Limits limits;
    private final BufferedInputStream in;
    private final HeaderFields fields = new HeaderFields();
    private @Nullable String name;
    private final StringBuilder value = new StringBuilder();
    private boolean anyContent;

    private HeaderBlock(BufferedInputStream in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /**
     * Reads up to and including the empty line; the stream then stands at the first byte of the body.
     *
     * @throws UnreadableMailException if there is no header of a mail, or it exceeds a limit
     */
    static HeaderFields read(BufferedInputStream in, Limits limits) throws IOException, UnreadableMailException {
        HeaderBlock block = new HeaderBlock(in, limits);
        HeaderFields fields = block.read();
        if (fields.size() == 0 && !block.anyContent) {
            throw new UnreadableMailException(Reason.EMPTY, "the mail is empty");
        }
        if (OF_A_MAIL.stream().noneMatch(fields::has)) {
            throw new UnreadableMailException(Reason.NOT_A_MAIL, "no header field of a mail was found");
        }
        return fields;
    }

    /** Reads what header there is in a fragment, for example a returned original; never refuses. */
    static HeaderFields readFragment(InputStream in, Limits limits) throws IOException {
        HeaderBlock block = new HeaderBlock(
                in instanceof BufferedInputStream buffered ? buffered : new BufferedInputStream(in), limits);
        try {
            return block.read();
        } catch (UnreadableMailException incomplete) {
            return block.fields; // What was read before the limit is all that anybody asked for.
        }
    }

    private HeaderFields read() throws IOException, UnreadableMailException {
        int total = 0;
        boolean started = false;
        String line = line();
        while (line != null) {
            total += line.length() + 2;
            anyContent = anyContent || !line.isBlank();
            if (total > limits.headerBytes()) {
                throw new UnreadableMailException(
                        Reason.HEADER_TOO_LARGE, "the header is larger than " + limits.headerBytes() + " bytes");
            }
            if (line.isEmpty() || (!started && line.isBlank())) {
                if (started) {
                    break;
                }
            } else {
                take(line, started);
                started = started || name != null;
            }
            line = line();
        }
        finish();
        return fields;
    }

    private void take(String line, boolean started) throws UnreadableMailException {
        boolean indented = line.charAt(0) == ' ' || line.charAt(0) == '\t';
        int colon = indented || isMboxLine(line) ? -1 : nameEnd(line);
        if (colon > 0) {
            finish();
            name = line.substring(0, colon).stripTrailing();
            value.append(line, line.indexOf(':', colon) + 1, line.length());
        } else if (started && !isMboxLine(line)) {
            // A blank line within a folded header leaves nothing; a lost indent is given back.
            if (!indented) {
                value.append(' ');
            }
            value.append(line);
        }
    }

    private void finish() throws UnreadableMailException {
        if (name != null) {
            if (fields.size() >= limits.headers()) {
                throw new UnreadableMailException(
                        Reason.TOO_MANY_HEADERS, "the header has more than " + limits.headers() + " fields");
            }
            fields.add(name, value.toString().strip());
            name = null;
            value.setLength(0);
        }
    }

    /** Where the name of a header field ends, or -1 if the line does not start with one. */
    private static int nameEnd(String line) {
        int i = 0;
        while (i < line.length() && line.charAt(i) > ' ' && line.charAt(i) < 0x7F && line.charAt(i) != ':') {
            i++;
        }
        int end = i;
        while (i < line.length() && (line.charAt(i) == ' ' || line.charAt(i) == '\t')) {
            i++;
        }
        return end > 0 && end <= 100 && i < line.length() && line.charAt(i) == ':' ? end : -1;
    }

    private static boolean isMboxLine(String line) {
        return (line.startsWith("From ") && !line.startsWith("From :")) || line.startsWith(">From ");
    }

    /** The next line without its end, one {@code char} a byte; null at the end of the stream. */
    private @Nullable String line() throws IOException, UnreadableMailException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(120);
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (c == '\r') {
                in.mark(1);
                int next = in.read();
                if (next != '\n' && next >= 0) {
                    in.reset();
                }
                break;
            }
            if (out.size() >= limits.headerLine()) {
                throw new UnreadableMailException(
                        Reason.LINE_TOO_LONG, "a header line is longer than " + limits.headerLine() + " bytes");
            }
            out.write(c);
            c = in.read();
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
