package io.insightdesk.devenv.servers;

import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a mail says, as well as can be: a broken mail shows what is readable and never throws.
 *
 * @param headers name to raw values, in order
 * @param body everything after the headers, not decoded
 * @param parts the direct parts of a multipart, empty otherwise
 */
record MailContent(Map<String, List<String>> headers, String body, List<BodyPart> parts) {
    private static final Session SESSION = Session.getInstance(lenient());
    private static final int MAX_DEPTH = 20;

    /** A part, its own parts included; {@code content} is null for a multipart. */
    // Lives for one request and is never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record BodyPart(
            Map<String, List<String>> headers,
            String body,
            String type,
            @Nullable String charset,
            boolean attachment,
            Optional<String> fileName,
            Optional<String> contentId,
            byte @Nullable [] content,
            List<BodyPart> parts) {
        String text() {
            return content == null ? "" : decode(content, charset);
        }
    }

    static MailContent read(byte[] raw) {
        int end = endOfHeaders(raw);
        String body = decode(Arrays.copyOfRange(raw, end, raw.length), null);
        try {
            MimeMessage message = new MimeMessage(SESSION, new ByteArrayInputStream(raw));
            BodyPart whole = part(message, body, 0);
            List<BodyPart> parts = whole.content == null ? whole.parts : List.of(whole);
            return new MailContent(headers(message), body, parts);
        } catch (MessagingException | IOException | RuntimeException e) {
            // Not a mail that can be taken apart: its source is all there is to show.
            return new MailContent(Map.of(), decode(raw, null), List.of());
        }
    }

    Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> decodeHeader(header.getValue().get(0)))
                .findFirst();
    }

    boolean multipart() {
        return header("Content-Type")
                .orElse("")
                .strip()
                .toLowerCase(Locale.ROOT)
                .startsWith("multipart/");
    }

    String text() {
        return leaves().stream()
                .filter(part -> part.type().equals("text/plain") && !part.attachment())
                .map(BodyPart::text)
                .findFirst()
                .orElse("");
    }

    Optional<String> html() {
        return leaves().stream()
                .filter(part -> part.type().equals("text/html") && !part.attachment())
                .map(BodyPart::text)
                .findFirst();
    }

    /** Returns the parts that hold content, in order. */
    List<BodyPart> leaves() {
        List<BodyPart> leaves = new ArrayList<>();
        collect(parts, leaves);
        return leaves;
    }

    private static void collect(List<BodyPart> parts, List<BodyPart> leaves) {
        for (BodyPart part : parts) {
            if (part.content() != null) {
                leaves.add(part);
            }
            collect(part.parts(), leaves);
        }
    }

    private static BodyPart part(Part part, String body, int depth) throws MessagingException, IOException {
        String declared = Optional.ofNullable(part.getContentType()).orElse("text/plain");
        String type = "text/plain";
        String charset = null;
        try {
            ContentType parsed = new ContentType(declared);
            type = parsed.getBaseType().toLowerCase(Locale.ROOT);
            charset = parsed.getParameter("charset");
        } catch (MessagingException e) {
            // Kept as plain text, which can always be shown.
            type = "text/plain";
        }
        List<BodyPart> parts = new ArrayList<>();
        byte[] content = null;
        if (type.startsWith("multipart/") && depth < MAX_DEPTH && part.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                Part inner = multipart.getBodyPart(i);
                parts.add(part(inner, rawBody(inner), depth + 1));
            }
        } else {
            content = bytes(part);
        }
        Optional<String> fileName = fileName(part);
        boolean attachment = Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())
                || (fileName.isPresent() && !type.startsWith("text/"));
        String[] ids = part.getHeader("Content-ID");
        Optional<String> contentId =
                ids == null || ids.length == 0 ? Optional.empty() : Optional.of(ids[0].replaceAll("[<>\\s]", ""));
        return new BodyPart(headers(part), body, type, charset, attachment, fileName, contentId, content, parts);
    }

    private static byte[] bytes(Part part) throws MessagingException, IOException {
        try (InputStream in = part.getInputStream()) {
            return in.readAllBytes();
        } catch (MessagingException | IOException e) {
            // An unknown or broken transfer encoding: undecoded is better than nothing.
            return rawBody(part).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String rawBody(Part part) throws MessagingException, IOException {
        InputStream raw = part instanceof MimeBodyPart body
                ? body.getRawInputStream()
                : part instanceof MimeMessage message ? message.getRawInputStream() : InputStream.nullInputStream();
        try (raw) {
            return decode(raw.readAllBytes(), null);
        }
    }

    private static Optional<String> fileName(Part part) {
        try {
            return Optional.ofNullable(part.getFileName()).map(MailContent::decodeHeader);
        } catch (MessagingException e) {
            // A name that cannot be read is none.
            return Optional.empty();
        }
    }

    private static Map<String, List<String>> headers(Part part) throws MessagingException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Header header : Collections.list(part.getAllHeaders())) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>())
                    .add(MimeUtility.unfold(
                            Optional.ofNullable(header.getValue()).orElse("")));
        }
        return headers;
    }

    static String decodeHeader(String value) {
        try {
            return MimeUtility.decodeText(value);
        } catch (UnsupportedEncodingException e) {
            // An unknown charset: the undecoded words still tell something.
            return value;
        }
    }

    /** Decodes with the charset if it is one, otherwise as UTF-8, otherwise byte by byte. */
    static String decode(byte[] bytes, @Nullable String charset) {
        if (charset != null) {
            try {
                return new String(bytes, Charset.forName(MimeUtility.javaCharset(charset)));
            } catch (IllegalArgumentException e) {
                // Unknown; go on as if none were declared.
                return decode(bytes, null);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static int endOfHeaders(byte[] raw) {
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '\n' && i + 1 < raw.length) {
                if (raw[i + 1] == '\n') {
                    return i + 2;
                }
                if (raw[i + 1] == '\r' && i + 2 < raw.length && raw[i + 2] == '\n') {
                    return i + 3;
                }
            }
        }
        return raw.length;
    }

    private static Properties lenient() {
        Properties properties = new Properties();
        properties.setProperty("mail.mime.address.strict", "false");
        properties.setProperty("mail.mime.allowutf8", "true");
        return properties;
    }
}
