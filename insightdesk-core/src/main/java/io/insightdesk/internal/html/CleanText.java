package io.insightdesk.internal.html;

/** Removes what neither a database column nor a header may ever hold. */
public final class CleanText {

    private CleanText() {}

    /** One line: every run of control characters, line separators and blanks becomes one blank; trimmed. */
    public static String line(String value) {
        StringBuilder out = new StringBuilder(value.length());
        boolean gap = false;
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            if (isBlank(c) || Character.isISOControl(c) || isReordering(c)) {
                gap = gap || !isReordering(c);
            } else {
                if (gap && out.length() > 0) {
                    out.append(' ');
                }
                gap = false;
                out.appendCodePoint(isSurrogate(c) ? 0xFFFD : c);
            }
        }
        return out.toString();
    }

    /** Many lines: line ends become {@code \n}, other control characters but tab go, trailing blanks of lines go. */
    public static String lines(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\r') {
                if (i < value.length() && value.charAt(i) == '\n') {
                    i++;
                }
                newLine(out);
            } else if (c == '\n' || c == 0x2028 || c == 0x2029 || c == 0x0C) {
                newLine(out);
            } else if (c == '\t') {
                out.append('\t');
            } else if (!Character.isISOControl(c) && c != 0xFEFF) {
                out.appendCodePoint(isSurrogate(c) ? 0xFFFD : c);
            }
        }
        trimRight(out);
        return out.toString();
    }

    /** Markup: only NUL and lone surrogates are replaced. */
    public static String markup(String value) {
        StringBuilder out = new StringBuilder(value.length());
        value.codePoints().filter(c -> c != 0).forEach(c -> out.appendCodePoint(isSurrogate(c) ? 0xFFFD : c));
        return out.toString();
    }

    private static void newLine(StringBuilder out) {
        trimRight(out);
        out.append('\n');
    }

    private static void trimRight(StringBuilder out) {
        int end = out.length();
        while (end > 0 && (out.charAt(end - 1) == ' ' || out.charAt(end - 1) == '\t')) {
            end--;
        }
        out.setLength(end);
    }

    public static boolean isBlank(int c) {
        return c == ' ' || c == 0xA0 || c == 0x2028 || c == 0x2029 || c == 0x3000 || Character.isWhitespace(c);
    }

    /** Direction overrides hide the true end of names such as {@code gpj.exe}. */
    private static boolean isReordering(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0x200B;
    }

    private static boolean isSurrogate(int c) {
        return c >= 0xD800 && c <= 0xDFFF;
    }
}
