package io.insightdesk.jaxrs.internal;

import io.insightdesk.conversation.NewFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@code multipart/form-data} body (RFC 7578), one after the other while they come in; nothing is held but the header of
 * a part. Strict, for programs and browsers write such bodies: a form that is nested, cut off, or holds anything but files is refused.
 * The hash of what it held does not depend on the boundary, which a repeated request makes anew.
 */
final class FormFiles implements Iterator<NewFile> {
    private static final int MAX_HEADER_BYTES = 4 * 1024;
    private static final int MAX_HEADERS = 16;

    /** Bytes of boundaries, headers, and what stands before and after the parts. */
    private static final int AROUND_FILES = 128 * 1024;

    private static final Set<String> PLAIN = Set.of("binary", "8bit", "7bit");

    private final SentBody body;
    private final MimeTokenStream tokens;
    private final MessageDigest digest;
    private @Nullable HashingInput current;
    private @Nullable NewFile next;
    private boolean begun;
    private boolean ended;

    /**
     * Reads a form; nothing is read yet.
     *
     * @param contentType the request's own header, with the boundary
     */
    FormFiles(InputStream body, String contentType) {
        this.body = new SentBody(body, AROUND_FILES);
        this.digest = ApiResource.digest();
        MimeConfig config = MimeConfig.custom()
                .setStrictParsing(true)
                .setMalformedHeaderStartsBody(false)
                .setMaxLineLen(MAX_HEADER_BYTES)
                .setMaxHeaderLen(MAX_HEADER_BYTES)
                .setMaxHeaderCount(MAX_HEADERS)
                .setMaxContentLen(-1)
                .build();
        this.tokens = new MimeTokenStream(config, DecodeMonitor.STRICT, null);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        try {
            Field unused = tokens.parseHeadless(this.body, contentType);
        } catch (IllegalArgumentException e) {
            throw malformed("Its Content-Type cannot be read.");
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            endCurrent();
            next = findNext();
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public NewFile next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        NewFile found = next;
        next = null;
        return found;
    }

    /** The hash of all names, types and contents. To be asked at the end. */
    byte[] hash() {
        return digest.digest();
    }

    private void endCurrent() {
        if (current != null) {
            try {
                digest.update(current.hash());
            } catch (IOException e) {
                throw malformed("A file in it cannot be read.");
            }
            current = null;
        }
    }

    private @Nullable NewFile findNext() {
        try {
            if (!begun) {
                begun = true;
                if (tokens.getState() == EntityState.T_START_HEADER) {
                    // Of the request itself, whose only field was given above.
                    skipHeader();
                }
                if (tokens.getState() != EntityState.T_START_MULTIPART) {
                    throw malformed("Its Content-Type names no boundary.");
                }
            }
            for (EntityState state = tokens.next(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                if (state == EntityState.T_START_HEADER) {
                    return file(disposition());
                }
                if (state == EntityState.T_START_MULTIPART) {
                    throw malformed("A form cannot hold another one.");
                }
            }
            return null;
        } catch (MimeException | IOException e) {
            throw malformed("It is cut off, or the header of a part is too long or cannot be read.");
        }
    }

    private void skipHeader() throws IOException, MimeException {
        EntityState state = tokens.getState();
        while (state == EntityState.T_START_HEADER
                || state == EntityState.T_FIELD
                || state == EntityState.T_END_HEADER) {
            state = tokens.next();
        }
    }

    /** What the header of a part says. */
    private record Disposition(@Nullable String filename, String type) {}

    private Disposition disposition() throws IOException, MimeException {
        String filename = null;
        String type = "application/octet-stream";
        EntityState state = tokens.next();
        while (state == EntityState.T_FIELD) {
            Field field = tokens.getField();
            switch (field.getNameLowerCase()) {
                case "content-disposition" -> filename = filename(field);
                case "content-type" -> type = field.getBody().strip();
                case "content-transfer-encoding" -> {
                    // RFC 7578, section 4.7: not to be sent. What would have to be decoded would be stored as it is.
                    if (!PLAIN.contains(field.getBody().strip().toLowerCase(Locale.ROOT))) {
                        throw malformed("The files in it have to be sent as they are, without a transfer encoding.");
                    }
                }
                default -> {
                    // RFC 7578, section 4.8: all others are ignored.
                }
            }
            state = tokens.next();
        }
        if (type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())) {
            throw malformed("A form cannot hold another one.");
        }
        return new Disposition(filename, type);
    }

    private NewFile file(Disposition disposition) throws IOException, MimeException {
        String filename = disposition.filename();
        if (filename == null) {
            throw malformed("Each of its parts is a file and has a filename.");
        }
        EntityState state = tokens.getState();
        while (state == EntityState.T_END_HEADER) {
            state = tokens.next();
        }
        if (state != EntityState.T_BODY) {
            throw malformed("A part in it has no content that can be read.");
        }
        digest.update((filename.length() + " " + filename + "\n" + disposition.type() + "\n")
                .getBytes(StandardCharsets.UTF_8));
        current = new HashingInput(new Part(tokens.getInputStream()), ApiResource.digest());
        return new NewFile(filename, disposition.type(), current);
    }

    private static @Nullable String filename(Field field) throws MimeException {
        RawField raw = field instanceof RawField already ? already : RawFieldParser.DEFAULT.parseField(field.getRaw());
        RawBody disposition = RawFieldParser.DEFAULT.parseRawBody(raw);
        if (!"form-data".equalsIgnoreCase(disposition.getValue())) {
            throw malformed("Each of its parts has the disposition form-data.");
        }
        for (NameValuePair parameter : disposition.getParams()) {
            if (parameter.getName().equalsIgnoreCase("filename") && parameter.getValue() != null) {
                // As the HTML standard has browsers write it.
                return utf8(parameter.getValue()).replace("%22", "\"");
            }
        }
        return null;
    }

    /** The parser gives a character for each byte where it does not know the encoding, which in forms is UTF-8. */
    private static String utf8(String text) {
        if (text.chars().anyMatch(c -> c > 0xFF) || text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return text;
        }
    }

    private static ProblemException malformed(String reason) {
        return new ProblemException(400, "malformed_form", "The form cannot be read. " + reason);
    }

    /** The content of a part; each byte of it may be sent. */
    private final class Part extends FilterInputStream {
        Part(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                int b = super.read();
                body.allow(b < 0 ? 0 : 1);
                return b;
            } catch (IOException e) {
                throw malformed("A file in it cannot be read.");
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            try {
                int count = super.read(target, offset, length);
                body.allow(Math.max(0, count));
                return count;
            } catch (IOException e) {
                throw malformed("A file in it cannot be read.");
            }
        }

        @Override
        public void close() {
            // What follows is read from the same stream.
        }
    }
}
