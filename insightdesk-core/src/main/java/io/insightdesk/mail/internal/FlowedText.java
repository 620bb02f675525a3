package io.insightdesk.mail.internal;

/** Joins the soft line breaks of {@code format=flowed} text (RFC 3676). */
final class FlowedText {

    private FlowedText() {}

    static String unfold(String text, boolean deleteSpace) {
        StringBuilder out = new StringBuilder(text.length());
        int openQuote = -1;
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            int stop = end < 0 ? text.length() : end;
            String line = text.substring(at, stop > at && text.charAt(stop - 1) == '\r' ? stop - 1 : stop);
            at = end < 0 ? text.length() : end + 1;

            int quote = 0;
            while (quote < line.length() && line.charAt(quote) == '>') {
                quote++;
            }
            String content = line.substring(quote);
            if (content.startsWith(" ")) {
                content = content.substring(1);
            }
            boolean signature = content.equals("-- ");
            if (openQuote != quote || signature) {
                if (openQuote >= 0) {
                    out.append('\n');
                }
                out.append(">".repeat(quote)).append(quote > 0 ? " " : "");
            }
            boolean soft = content.endsWith(" ") && !signature && !content.isBlank();
            out.append(soft && deleteSpace ? content.substring(0, content.length() - 1) : content);
            openQuote = soft ? quote : -1;
            if (!soft) {
                out.append('\n');
            }
        }
        return out.toString();
    }
}
