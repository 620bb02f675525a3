package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads address lists as they come. The structure is read from the raw value; only display names are decoded, after
 * that, so that an encoded word can never become an address, a comma or an angle bracket.
 */
final class AddressParser {

    private static final int LONGEST = 320;
    private static final int LONGEST_LIST = 128 * 1024;
    private static final int MOST = 2000;

    private final HeaderText text;

    AddressParser(HeaderText text) {
        this.text = text;
    }

    /** The usable addresses of a header value in order; unusable ones are left out. */
    List<MailAddress> parse(String rawValue) {
        return new Reader(text.eightBit(HeaderText.shortened(rawValue, LONGEST_LIST))).read();
    }

    /** The bare address if it is usable: trailing dots, blanks, quotes, {@code mailto:} and routes are removed. */
    static @Nullable String usable(String raw) {
        String address = raw.strip();
        if (address.regionMatches(true, 0, "mailto:", 0, 7)) {
            address = address.substring(7);
        }
        if (address.startsWith("@") && address.indexOf(':') > 0) {
            address = address.substring(address.indexOf(':') + 1);
        }
        address = trim(address);
        int at = address.lastIndexOf('@');
        if (at < 1 || at == address.length() - 1 || address.length() > LONGEST) {
            return null;
        }
        String local = address.substring(0, at).strip();
        String domain = trim(address.substring(at + 1)).toLowerCase(Locale.ROOT);
        return isLocal(local) && isDomain(domain) ? local + '@' + domain : null;
    }

    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && (CleanText.isBlank(value.charAt(start)) || "<'".indexOf(value.charAt(start)) >= 0)) {
            start++;
        }
        while (end > start
                && (CleanText.isBlank(value.charAt(end - 1)) || ".,;>'".indexOf(value.charAt(end - 1)) >= 0)) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isLocal(String local) {
        // An encoded word here is an attempt to smuggle another address past one of two readers.
        if (local.isEmpty() || local.contains("=?")) {
            return false;
        }
        boolean quoted = local.length() > 2 && local.startsWith("\"") && local.endsWith("\"");
        for (int i = 0; i < local.length(); i++) {
            char c = local.charAt(i);
            if (Character.isISOControl(c) || ("<>()[],;:".indexOf(c) >= 0 && !quoted)) {
                return false;
            }
            if (!quoted && (c == '@' || c == '"' || c == '\\' || CleanText.isBlank(c))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDomain(String domain) {
        if (domain.isEmpty() || domain.startsWith(".") || domain.contains("..") || domain.startsWith("-")) {
            return false;
        }
        boolean literal = domain.startsWith("[") && domain.endsWith("]");
        for (int i = 0; i < domain.length(); i++) {
            char c = domain.charAt(i);
            boolean ok = Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.NON_SPACING_MARK
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || (literal && "[]:".indexOf(c) >= 0);
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    /** One pass over the value. */
    private final class Reader {

        private final String in;
        private int at;
        private boolean quotesClose = true;
        private final List<MailAddress> found = new ArrayList<>();
        private final StringBuilder phrase = new StringBuilder();
        private final StringBuilder comment = new StringBuilder();
        private @Nullable String angle;

        Reader(String in) {
            this.in = in;
        }

        List<MailAddress> read() {
            while (at < in.length() && found.size() < MOST) {
                char c = in.charAt(at);
                switch (c) {
                    case '"' -> {
                        if (quotesClose) {
                            quoted();
                        } else {
                            at++;
                        }
                    }
                    case '(' -> comment();
                    case '<' -> angle();
                    case ',', ';' -> {
                        at++;
                        finish(c == ',');
                    }
                    case ':' -> {
                        at++;
                        group();
                    }
                    default -> {
                        phrase.append(c);
                        at++;
                    }
                }
            }
            finish(false);
            return found;
        }

        /** A colon ends the name of a group, unless it is part of {@code mailto:}. */
        private void group() {
            if (phrase.length() < 20 && phrase.toString().strip().equalsIgnoreCase("mailto")) {
                phrase.setLength(0);
            } else if (phrase.length() < 1000 && phrase.indexOf("@") < 0) {
                clear();
            } else {
                phrase.append(':');
            }
        }

        private void quoted() {
            int start = at++;
            StringBuilder content = new StringBuilder();
            while (at < in.length() && in.charAt(at) != '"') {
                if (in.charAt(at) == '\\' && at + 1 < in.length()) {
                    at++;
                }
                content.append(in.charAt(at++));
            }
            boolean closed = at < in.length();
            at = Math.min(at + 1, in.length());
            if (!closed) {
                // A lone quotation mark is a character like any other; read on behind it.
                at = start + 1;
                quotesClose = false;
            } else if (at < in.length() && in.charAt(at) == '@') {
                phrase.append(in, start, at);
            } else {
                phrase.append(' ').append(content).append(' ');
            }
        }

        private void comment() {
            int depth = 0;
            int start = at;
            do {
                char c = in.charAt(at);
                if (c == '\\') {
                    at++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')') {
                    depth--;
                }
                at++;
            } while (depth > 0 && at < in.length());
            at = Math.min(at, in.length());
            int end = depth == 0 ? at - 1 : at;
            comment.append(' ')
                    .append(in.substring(Math.min(start + 1, end), end).replaceAll("\\\\(.)", "$1"));
        }

        private void angle() {
            int end = at + 1;
            boolean inQuotes = false;
            while (end < in.length() && (inQuotes || in.charAt(end) != '>')) {
                if (in.charAt(end) == '"') {
                    inQuotes = !inQuotes;
                }
                end++;
            }
            if (end == in.length() && in.indexOf('>', at) > 0) {
                end = in.indexOf('>', at);
            }
            String content = in.substring(at + 1, end);
            if (angle == null || usable(angle) == null) {
                angle = content;
            }
            at = Math.min(end + 1, in.length());
        }

        private void finish(boolean comma) {
            String name = phrase.toString();
            if (angle == null && comma && name.indexOf('@') < 0 && !name.isBlank() && angleFollows()) {
                phrase.append(", "); // "Doe, John <j@example.org>" without the quotes it needs.
                return;
            }
            String address = angle == null ? null : usable(angle);
            if (address == null && name.indexOf('@') >= 0) {
                int cut = lastWordWithAt(name);
                address = usable(name.substring(cut));
                name = name.substring(0, cut);
            }
            if (address != null) {
                found.add(new MailAddress(displayName(name, address), address));
            }
            clear();
        }

        /** Whether an angle bracket comes before the next separator. */
        private boolean angleFollows() {
            for (int i = at; i < in.length(); i++) {
                char c = in.charAt(i);
                if (c == '<') {
                    return true;
                }
                if (c == ',' || c == ';' || c == '@' || c == '"') {
                    return false;
                }
            }
            return false;
        }

        private static int lastWordWithAt(String value) {
            int sign = value.lastIndexOf('@');
            int start = sign;
            if (start > 0 && value.charAt(start - 1) == '"') {
                return Math.max(0, value.lastIndexOf('"', start - 2));
            }
            while (start > 0 && !CleanText.isBlank(value.charAt(start - 1))) {
                start--;
            }
            return start;
        }

        private @Nullable String displayName(String rawName, String address) {
            String name = text.decode(rawName);
            if (name.isEmpty()) {
                name = text.decode(comment.toString());
            }
            name = unquoted(name);
            return name.isEmpty() || name.equalsIgnoreCase(address) ? null : name;
        }

        private static String unquoted(String name) {
            String result = name;
            while (result.length() > 1
                    && (result.charAt(0) == '"' || result.charAt(0) == '\'')
                    && result.charAt(0) == result.charAt(result.length() - 1)) {
                result = result.substring(1, result.length() - 1).strip();
            }
            return result;
        }

        private void clear() {
            phrase.setLength(0);
            comment.setLength(0);
            angle = null;
        }
    }
}
