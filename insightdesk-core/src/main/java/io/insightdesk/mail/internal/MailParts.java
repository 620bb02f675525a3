package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import io.insightdesk.mail.internal.UnreadableMailException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sorts the parts of one mail into readable text and attachments while they go by. */
final class MailParts {

    private static final int PEEK = 64 * 1024;
    private static final Pattern META_CHARSET =
            Pattern.compile("(?i)<meta[^>]{0,200}?charset\\s{0,10}=\\s{0,10}[\"']?([a-z0-9_:.\\-]{2,40})");

    private final Limits limits;
    private final PartSink sink;
    private final Set<String> notes = new LinkedHashSet<>();
    private final MailCharsets charsets = new MailCharsets(this::note);
    private final HeaderText headerText = new HeaderText(charsets);
    private final AttachmentNames names = new AttachmentNames();
    private final BodyTree tree = new BodyTree();
    private final BounceReader bounce = new BounceReader();
    private final List<ParsedAttachment> attachments = new ArrayList<>();
    private @Nullable String reportType;
    private int count;
    private int textBytes;

    MailParts(Limits limits, PartSink sink) {
        this.limits = limits;
        this.sink = sink;
    }

    void note(String note) {
        if (notes.size() < 50) {
            notes.add(note);
        }
    }

    Set<String> notes() {
        return notes;
    }

    HeaderText headerText() {
        return headerText;
    }

    BodyTree tree() {
        return tree;
    }

    BounceReader bounce() {
        return bounce;
    }

    List<ParsedAttachment> attachments() {
        return attachments;
    }

    /** The kind of {@code multipart/report} this mail is, lower case. */
    @Nullable String reportType() {
        return reportType;
    }

    void start(PartHeader.Part part) throws UnreadableMailException {
        if (tree.depth() >= limits.nesting()) {
            throw new UnreadableMailException(
                    Reason.NESTED_TOO_DEEPLY, "multiparts are nested more than " + limits.nesting() + " deep");
        }
        countPart();
        tree.start(part.type());
        if (part.type().equals("multipart/report")) {
            String type = part.parameter("report-type");
            reportType = type == null ? "" : type.toLowerCase(Locale.ROOT);
        }
        if (part.type().equals("multipart/encrypted")) {
            note("encrypted");
        }
    }

    void end() {
        tree.end();
    }

    void leaf(PartHeader.Part part, InputStream decoded) throws IOException, UnreadableMailException {
        countPart();
        InputStream content = new Counting(decoded);
        String type = part.type();
        if (part.isMultipart()) {
            note("multipart without boundary");
            unstructured(content);
        } else if (isReadable(part)) {
            readable(part, content);
        } else {
            attachment(part, type, content);
        }
        content.transferTo(OutputStream.nullOutputStream());
    }

    private void countPart() throws UnreadableMailException {
        if (++count > limits.parts()) {
            throw new UnreadableMailException(
                    Reason.TOO_MANY_PARTS, "the mail has more than " + limits.parts() + " parts");
        }
    }

    private boolean isReadable(PartHeader.Part part) {
        String type = part.type();
        if (!type.equals("text/plain") && !type.equals("text/html")) {
            return false;
        }
        if (part.disposition().equals("attachment")) {
            return false;
        }
        // A named text within others is a file; alone it is the mail, whatever its name.
        return tree.depth() == 0 || part.filename(headerText) == null;
    }

    private void readable(PartHeader.Part part, InputStream content) throws IOException, UnreadableMailException {
        int left = limits.textBytes() - textBytes;
        byte[] bytes = content.readNBytes(left + 1);
        if (bytes.length > left) {
            throw new UnreadableMailException(
                    Reason.TEXT_TOO_LARGE, "the text is larger than " + limits.textBytes() + " bytes");
        }
        textBytes += bytes.length;
        String label = part.getCharset();
        if (part.type().equals("text/html")) {
            tree.add(new BodyTree.Body(null, charsets.decode(bytes, label == null ? metaCharset(bytes) : label)));
            return;
        }
        String text = charsets.decode(bytes, label);
        String format = part.parameter("format");
        if (format != null && format.equalsIgnoreCase("flowed")) {
            text = FlowedText.unfold(text, "yes".equalsIgnoreCase(part.parameter("delsp")));
        }
        tree.add(new BodyTree.Body(CleanText.lines(text), null));
    }

    private static @Nullable String metaCharset(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 4096), StandardCharsets.ISO_8859_1);
        Matcher meta = META_CHARSET.matcher(start);
        if (!meta.find()) {
            return null;
        }
        // UTF-16 in bytes that we could just read as ASCII is a slip.
        return meta.group(1).toLowerCase(Locale.ROOT).startsWith("utf-16") ? null : meta.group(1);
    }

    /** What a multipart without a boundary holds is kept as a file, for whoever wants to look. */
    private void unstructured(InputStream content) throws IOException {
        byte[] start = content.readNBytes(PEEK);
        boolean blank = true;
        for (byte b : start) {
            blank = blank && b >= 0 && b <= ' ';
        }
        if (!blank) {
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), content);
            store(names.name("unreadable-parts.txt", null, "text/plain"), "text/plain", false, null, whole);
        }
    }

    private void attachment(PartHeader.Part part, String type, InputStream content) throws IOException {
        InputStream whole = content;
        String title = null;
        switch (type) {
            case PartHeader.MESSAGE, "message/global", "text/rfc822-headers", "message/delivery-status" -> {
                byte[] start = content.readNBytes(PEEK);
                whole = new SequenceInputStream(new ByteArrayInputStream(start), content);
                if (type.equals("message/delivery-status")) {
                    bounce.status(start);
                } else {
                    HeaderFields original = HeaderBlock.readFragment(new ByteArrayInputStream(start), limits);
                    bounce.original(original);
                    title = type.startsWith("message/")
                            ? original.first("subject").map(headerText::decode).orElse(null)
                            : null;
                }
            }
            case "application/ms-tnef", "application/vnd.ms-tnef" -> note("winmail.dat (TNEF) kept unread");
            case "application/pkcs7-mime", "application/x-pkcs7-mime" -> note("S/MIME content kept unread");
            default -> {
                // Nothing to look into.
            }
        }
        String id = part.contentId();
        boolean inline = part.disposition().equals("inline")
                || (id != null && tree.isInRelated() && !part.disposition().equals("attachment"));
        store(names.name(part.filename(headerText), title, type), type, inline, id, whole);
    }

    private void store(String name, String type, boolean inline, @Nullable String id, InputStream content)
            throws IOException {
        Counting counting = new Counting(content);
        Object handle = sink.store(name, type, counting);
        counting.transferTo(OutputStream.nullOutputStream());
        attachments.add(new ParsedAttachment(name, type, counting.count, inline, id, handle));
    }

    /** Counts what goes through; closing it leaves the mail open. */
    private static final class Counting extends FilterInputStream {

        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            count += Math.max(read, 0);
            return read;
        }

        @Override
        public long skip(long wanted) throws IOException {
            return readNBytes((int) Math.min(wanted, 8192)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() {
            // The rest of the mail is still to be read.
        }
    }
}
