package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A structured value with parameters (Content-Type, Content-Disposition), read leniently: names in any case, values
 * missing or unquoted with blanks, RFC 2231 continuations and charsets, encoded words where they are forbidden.
 */
final class Parameters {

    private static final int LONGEST = 64 * 1024;

    private final String value;
    private final Map<String, String> raw;

    private Parameters(String value, Map<String, String> raw) {
        this.value = value;
        this.raw = raw;
    }

    static Parameters parse(String whole) {
        String field = HeaderText.shortened(whole, LONGEST);
        int end = field.indexOf(';');
        String value = end < 0 ? field : field.substring(0, end);
        Map<String, String> raw = new HashMap<>();
        int at = end < 0 ? field.length() : end + 1;
        while (at < field.length() && raw.size() < 200) {
            int equals = field.indexOf('=', at);
            int semicolon = field.indexOf(';', at);
            if (equals < 0) {
                break;
            }
            if (semicolon >= 0 && semicolon < equals) {
                at = semicolon + 1;
                continue;
            }
            String name = field.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            at = skipBlanks(field, equals + 1);
            StringBuilder content = new StringBuilder();
            if (at < field.length() && field.charAt(at) == '"') {
                at = quoted(field, at + 1, content);
            }
            int next = field.indexOf(';', at);
            int stop = next < 0 ? field.length() : next;
            if (content.length() == 0) {
                content.append(field.substring(at, stop).strip());
            }
            raw.putIfAbsent(name, content.toString());
            at = next < 0 ? field.length() : next + 1;
        }
        return new Parameters(withoutComment(value).strip().toLowerCase(Locale.ROOT), raw);
    }

    /** The value before the parameters, in lower case. */
    String value() {
        return value;
    }

    /** A parameter as it stands, for values that are never encoded. */
    @Nullable String plain(String name) {
        String found = raw.get(name);
        return found == null || found.isBlank() ? null : found.strip();
    }

    /** A parameter that may be in pieces and encoded in any of the usual ways. */
    @Nullable String decoded(String name, HeaderText text) {
        String extended = raw.get(name + '*');
        if (extended != null) {
            return percent(extended, text);
        }
        String continued = continued(name, text);
        if (continued != null) {
            return continued;
        }
        String simple = plain(name);
        return simple == null ? null : text.decode(simple);
    }

    private @Nullable String continued(String name, HeaderText text) {
        TreeMap<Integer, String> pieces = new TreeMap<>();
        raw.forEach((key, piece) -> {
            if (key.startsWith(name + '*')) {
                String number = key.substring(name.length() + 1).replace("*", "");
                if (!number.isEmpty() && number.length() < 4 && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    pieces.put(Integer.valueOf(number), key);
                }
            }
        });
        if (pieces.isEmpty()) {
            return null;
        }
        // All pieces become bytes before anything is decoded: a character may be split between two of them.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String charset = "";
        boolean encoded = false;
        boolean first = true;
        for (String key : pieces.values()) {
            String piece = raw.getOrDefault(key, "");
            if (key.endsWith("*")) {
                encoded = true;
                int mark = first ? piece.indexOf('\'') : -1;
                int second = mark < 0 ? -1 : piece.indexOf('\'', mark + 1);
                if (second >= 0) {
                    charset = piece.substring(0, mark);
                    piece = piece.substring(second + 1);
                }
                bytes.writeBytes(unpercent(piece));
            } else {
                bytes.writeBytes(HeaderFields.bytes(piece));
            }
            first = false;
        }
        String joined = text.charsets().decode(bytes.toByteArray(), charset);
        return CleanText.line(encoded ? joined : text.decode(latin(bytes.toByteArray())));
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String percent(String extended, HeaderText text) {
        int mark = extended.indexOf('\'');
        int second = mark < 0 ? -1 : extended.indexOf('\'', mark + 1);
        if (second < 0) {
            return CleanText.line(text.charsets().decode(unpercent(extended), null));
        }
        return CleanText.line(
                text.charsets().decode(unpercent(extended.substring(second + 1)), extended.substring(0, mark)));
    }

    private static byte[] unpercent(String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int high = c == '%' && i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(value.charAt(i + 2), 16);
            if (low >= 0) {
                out.write((high << 4) | low);
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    private static int skipBlanks(String field, int from) {
        int at = from;
        while (at < field.length() && field.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private static int quoted(String field, int from, StringBuilder content) {
        int at = from;
        while (at < field.length() && field.charAt(at) != '"') {
            // A backslash before anything but a quotation mark is part of a Windows path.
            boolean escape = field.charAt(at) == '\\'
                    && at + 1 < field.length()
                    && (field.charAt(at + 1) == '"' || field.charAt(at + 1) == '\\');
            content.append(field.charAt(escape ? at + 1 : at));
            at += escape ? 2 : 1;
        }
        return Math.min(at + 1, field.length());
    }

    private static String withoutComment(String value) {
        int open = value.indexOf('(');
        return open < 0 ? value : value.substring(0, open);
    }
}
