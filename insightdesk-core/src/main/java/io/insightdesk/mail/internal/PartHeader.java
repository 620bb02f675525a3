package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/** The header of one part, collected and understood leniently for mime4j, which calls back while it reads. */
final class PartHeader implements BodyDescriptorBuilder {

    static final String MESSAGE = "message/rfc822";

    private static final int LONGEST_BOUNDARY = 500;

    private final String defaultType;
    private HeaderFields fields = new HeaderFields();

    PartHeader() {
        this("text/plain");
    }

    private PartHeader(String defaultType) {
        this.defaultType = defaultType;
    }

    @Override
    public void reset() {
        fields = new HeaderFields();
    }

    @Override
    public @Nullable Field addField(RawField field) {
        ByteSequence raw = field.getRaw();
        String value;
        if (raw == null) {
            value = field.getBody() == null ? "" : field.getBody();
        } else {
            String all = new String(raw.toByteArray(), StandardCharsets.ISO_8859_1);
            value = all.substring(Math.min(field.getDelimiterIdx() + 1, all.length()));
        }
        fields.add(
                field.getName().strip(),
                value.replace("\r", "").replace("\n", "").strip());
        return null;
    }

    @Override
    public Part build() {
        return new Part(fields, defaultType);
    }

    @Override
    public BodyDescriptorBuilder newChild() {
        return new PartHeader(build().type().equals("multipart/digest") ? MESSAGE : "text/plain");
    }

    /** What the header of a part says. */
    static final class Part implements BodyDescriptor {

        private final HeaderFields fields;
        private final Parameters contentType;
        private final Parameters disposition;
        private final String type;
        private final @Nullable String boundary;

        Part(HeaderFields fields, String defaultType) {
            this.fields = fields;
            this.contentType = Parameters.parse(fields.first("content-type").orElse(""));
            this.disposition =
                    Parameters.parse(fields.first("content-disposition").orElse(""));
            this.type = isType(contentType.value()) ? contentType.value() : defaultType;
            String found = contentType.plain("boundary");
            this.boundary = found == null || found.length() > LONGEST_BOUNDARY ? null : found;
        }

        private static boolean isType(String value) {
            int slash = value.indexOf('/');
            return slash > 0
                    && slash < value.length() - 1
                    && value.length() <= 100
                    && value.chars()
                            .allMatch(c ->
                                    c > ' ' && c < 0x7F && (Character.isLetterOrDigit(c) || "/.+-_".indexOf(c) >= 0));
        }

        /** Lower case, without parameters; what the part says it is. */
        String type() {
            return type;
        }

        boolean isMultipart() {
            return type.startsWith("multipart/");
        }

        HeaderFields fields() {
            return fields;
        }

        /** {@code attachment}, {@code inline} or nothing. */
        String disposition() {
            return disposition.value();
        }

        @Nullable String parameter(String name) {
            return contentType.plain(name);
        }

        /** The name as sent, decoded; not yet safe to use. */
        @Nullable String filename(HeaderText text) {
            String name = disposition.decoded("filename", text);
            return name == null || name.isBlank() ? contentType.decoded("name", text) : name;
        }

        @Nullable String contentId() {
            String id = fields.first("content-id").map(CleanText::line).orElse("");
            id = id.replace("<", "").replace(">", "").strip();
            return id.isEmpty() ? null : id;
        }

        /** What mime4j shall do: a multipart without a boundary is a leaf to it. */
        @Override
        public String getMimeType() {
            return isMultipart() && boundary == null ? "application/octet-stream" : type;
        }

        @Override
        public String getMediaType() {
            return getMimeType().substring(0, getMimeType().indexOf('/'));
        }

        @Override
        public String getSubType() {
            return getMimeType().substring(getMimeType().indexOf('/') + 1);
        }

        @Override
        public @Nullable String getBoundary() {
            return boundary;
        }

        @Override
        public @Nullable String getCharset() {
            return contentType.plain("charset");
        }

        @Override
        public String getTransferEncoding() {
            String encoding = fields.word("content-transfer-encoding");
            int end = 0;
            while (end < encoding.length()
                    && (Character.isLetterOrDigit(encoding.charAt(end)) || encoding.charAt(end) == '-')) {
                end++;
            }
            String word = encoding.substring(0, end).toLowerCase(Locale.ROOT);
            return word.isEmpty() ? "7bit" : word;
        }

        @Override
        public long getContentLength() {
            return -1;
        }
    }
}
