package io.insightdesk.mail.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes RFC 2047 encoded words the way they are really sent: with raw spaces, without padding, glued to other text,
 * with a character split over two words.
 */
final class EncodedWords {

    private final MailCharsets charsets;

    EncodedWords(MailCharsets charsets) {
        this.charsets = charsets;
    }

    /** Decodes every encoded word of a value; the rest stays as it is. The result may hold line breaks. */
    String decode(String value) {
        if (!value.contains("=?")) {
            return value;
        }
        StringBuilder out = new StringBuilder(value.length());
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        String charset = "";
        int at = 0;
        while (at < value.length()) {
            int start = value.indexOf("=?", at);
            Word word = start < 0 ? null : wordAt(value, start);
            if (word == null) {
                int end = start < 0 ? value.length() : start + 2;
                charset = flush(pending, charset, out);
                out.append(value, at, end);
                at = end;
                continue;
            }
            String between = value.substring(at, start);
            boolean adjacent = pending.size() > 0 && between.isBlank();
            if (!adjacent) {
                charset = flush(pending, charset, out);
                out.append(between);
            } else if (!charset.equalsIgnoreCase(word.charset())) {
                flush(pending, charset, out);
            }
            charset = word.charset();
            pending.writeBytes(word.bytes().toByteArray());
            at = word.end();
        }
        flush(pending, charset, out);
        return out.toString();
    }

    private String flush(ByteArrayOutputStream pending, String charset, StringBuilder out) {
        if (pending.size() > 0) {
            out.append(charsets.decode(pending.toByteArray(), charset));
            pending.reset();
        }
        return "";
    }

    private record Word(String charset, ByteArrayOutputStream bytes, int end) {}

    private static @Nullable Word wordAt(String value, int start) {
        int charsetEnd = value.indexOf('?', start + 2);
        if (charsetEnd < 0 || charsetEnd - start > 80 || charsetEnd + 2 >= value.length()) {
            return null;
        }
        String charset = value.substring(start + 2, charsetEnd);
        char encoding = Character.toUpperCase(value.charAt(charsetEnd + 1));
        if ((encoding != 'B' && encoding != 'Q') || value.charAt(charsetEnd + 2) != '?' || hasBlank(charset)) {
            return null;
        }
        int text = charsetEnd + 3;
        int end = value.indexOf("?=", text);
        if (end < 0) {
            return null;
        }
        // "=?utf-8?Q?a?=3D?=": a question mark before an encoded character is not the end of the word.
        while (encoding == 'Q' && isHex(value, end + 2) && isHex(value, end + 3) && endsLater(value, end + 2)) {
            end = value.indexOf("?=", end + 2);
        }
        int language = charset.indexOf('*');
        String label = language < 0 ? charset : charset.substring(0, language);
        String encoded = value.substring(text, end);
        return new Word(label.toLowerCase(Locale.ROOT), encoding == 'B' ? base64(encoded) : quoted(encoded), end + 2);
    }

    /** Whether another end of the same word follows before anything that starts a new one. */
    private static boolean endsLater(String value, int from) {
        int end = value.indexOf("?=", from);
        int next = value.indexOf("=?", from);
        return end >= 0 && (next < 0 || end <= next);
    }

    private static boolean hasBlank(String text) {
        return text.isEmpty() || text.chars().anyMatch(Character::isWhitespace);
    }

    /** Takes every letter of the alphabet, starts afresh at padding, skips anything else. */
    private static ByteArrayOutputStream base64(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = sextet(text.charAt(i));
            if (value >= 0) {
                bits = ((bits << 6) | value) & 0xFFFF;
                held += 6;
                if (held >= 8) {
                    held -= 8;
                    out.write((bits >>> held) & 0xFF);
                }
            } else if (text.charAt(i) == '=') {
                held = 0;
            }
        }
        return out;
    }

    private static int sextet(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return switch (c) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> -1;
        };
    }

    private static ByteArrayOutputStream quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_') {
                out.write(' ');
            } else if (c == '=' && isHex(text, i + 1) && isHex(text, i + 2)) {
                out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else if (c < 0x80) {
                out.write(c);
            } else {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && Character.digit(text.charAt(at), 16) >= 0 && text.charAt(at) < 0x80;
    }
}
