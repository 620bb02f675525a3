package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.HtmlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is new in a reply.
 *
 * <p>In doubt everything is new: answers between the quoted lines keep the quotes, forwarded mail keeps what was
 * forwarded, and text is never cut down to nothing.
 */
final class ReplyCutter {

    private static final int LONGEST_ATTRIBUTION = 4;
    private static final int HEADER_LINES = 7;

    /** A quote begins within the first so many lines, or is not looked for: a bound for the time this takes. */
    private static final int MOST_ATTEMPTS = 3000;

    private final List<String> lines;
    private final boolean forwardSubject;
    private int attempts;

    private ReplyCutter(String subject, String text) {
        this.lines = new ArrayList<>(List.of(text.split("\n", -1)));
        this.forwardSubject = ReplyPhrases.isForwardSubject(subject);
    }

    /**
     * The new part of a mail.
     *
     * @param subject tells a forwarded mail from an answered one where programs write both alike
     * @param text the plain part, if there is one
     * @param html the HTML part, if there is one; not sanitised, because it is the markup that tells most
     * @param readable the whole text as shown, which is the answer if nothing can be cut
     */
    static String newText(String subject, @Nullable String text, @Nullable String html, String readable) {
        if (html != null && !html.isBlank()) {
            String marked = HtmlText.toMarkedText(html);
            String cut = new ReplyCutter(subject, marked).cut();
            if (cut != null && !cut.isBlank()) {
                return cut;
            }
        }
        String plain = text == null || text.isBlank() ? readable : text;
        String cut = new ReplyCutter(subject, unmarked(plain)).cut();
        return cut == null || cut.isBlank() ? readable : cut;
    }

    /** The new part, or null if there is nothing to cut. */
    private @Nullable String cut() {
        int start = -1;
        int signature = -1;
        for (int i = 0; i < lines.size() && start < 0; i++) {
            if (isForwarded(i)) {
                return null;
            }
            if (signature < 0 && isSignature(i)) {
                signature = i;
            }
            if (isQuoteStart(i)) {
                start = i;
            }
        }
        if (start < 0) {
            return signature < 0 && !endsMobile(lines.size()) ? null : head(lines.size(), signature);
        }
        if (isBlank(0, signature >= 0 ? Math.min(signature, start) : start)) {
            return belowQuote(start);
        }
        return isInterleaved(start) ? null : head(start, signature);
    }

    private String head(int end, int signature) {
        int stop = signature >= 0 && signature < end && !isBlank(0, signature) ? signature : end;
        while (stop > 0 && (isBlank(stop - 1, stop) || isRule(stop - 1))) {
            stop--;
        }
        if (endsMobile(stop)) {
            int above = stop - 1;
            stop = isBlank(0, above) ? stop : above;
        }
        return join(0, stop);
    }

    private boolean endsMobile(int end) {
        int last = end - 1;
        while (last >= 0 && isBlank(last, last + 1)) {
            last--;
        }
        return last > 0 && last == end - 1 && ReplyPhrases.isMobileFooter(line(last));
    }

    /** The answer stands below: one quoted block, then the text. Several blocks are a conversation to keep. */
    private @Nullable String belowQuote(int start) {
        int at = start;
        while (at < lines.size() && !isQuoted(at)) {
            if (isHeaderBlock(at) || ReplyPhrases.isOriginalMessage(line(at))) {
                return null;
            }
            at++;
        }
        int end = at;
        while (end < lines.size() && (isQuoted(end) || isBlank(end, end + 1))) {
            end++;
        }
        int stop = end;
        while (stop < lines.size() && !isSignature(stop)) {
            if (isQuoted(stop)) {
                return null;
            }
            stop++;
        }
        return at == lines.size() || isBlank(end, stop) ? null : join(end, stop);
    }

    /** Whether text of the sender stands between or below the quoted lines. */
    private boolean isInterleaved(int start) {
        boolean quoted = false;
        for (int i = start; i < lines.size(); i++) {
            if (isQuoted(i)) {
                quoted = true;
            } else if (quoted && !isBlank(i, i + 1) && !isMark(line(i))) {
                if (isSignature(i) || isRule(i) || ReplyPhrases.isMobileFooter(line(i))) {
                    return quotedAgain(i);
                }
                return !isHeaderBlock(i) && !isQuoteStart(i);
            } else if (!quoted && (isHeaderBlock(i) || ReplyPhrases.isOriginalMessage(line(i)))) {
                return false;
            }
        }
        return false;
    }

    private boolean quotedAgain(int from) {
        for (int i = from; i < lines.size(); i++) {
            if (isQuoted(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isQuoteStart(int i) {
        String line = line(i);
        if (line.isEmpty()) {
            return false;
        }
        return line.equals(HtmlText.QUOTE_MARK)
                || isQuoted(i)
                || ReplyPhrases.isOriginalMessage(line)
                || isAttribution(i)
                || isHeaderBlock(i);
    }

    private boolean isForwarded(int i) {
        String line = line(i);
        if (ReplyPhrases.isForwarded(line)) {
            return true;
        }
        if (line.equals(HtmlText.QUOTE_MARK)) {
            int next = nextFilled(i + 1);
            return next >= 0 && ReplyPhrases.isForwarded(line(next));
        }
        return forwardSubject && (isHeaderBlock(i) || ReplyPhrases.isOriginalMessage(line));
    }

    private boolean isAttribution(int i) {
        if (isQuoted(i) || isMark(line(i)) || ++attempts > MOST_ATTEMPTS) {
            return false;
        }
        StringBuilder joined = new StringBuilder();
        for (int n = i; n < Math.min(lines.size(), i + LONGEST_ATTRIBUTION); n++) {
            String line = line(n);
            if (line.isEmpty() || isQuoted(n) || isMark(line) || joined.length() + line.length() > 400) {
                return false;
            }
            joined.append(joined.length() == 0 ? "" : " ").append(line);
            String all = joined.toString();
            if (ReplyPhrases.isAttribution(all)) {
                // Plain prose can end alike ("Yesterday she wrote:"); a quote or an address and a date cannot.
                return isQuotedAfter(n + 1) || hasDate(all);
            }
            if (ReplyPhrases.isVerbless(all) && isQuotedAfter(n + 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasDate(String joined) {
        long digits = joined.chars().filter(Character::isDigit).count();
        return digits >= 5 || (digits >= 2 && joined.indexOf('@') > 0);
    }

    private boolean isQuotedAfter(int from) {
        int next = nextFilled(from);
        return next >= 0 && (isQuoted(next) || line(next).equals(HtmlText.QUOTE_MARK));
    }

    private int nextFilled(int from) {
        for (int i = from; i < Math.min(lines.size(), from + 4); i++) {
            if (!line(i).isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    /** "From: … Sent: … To: … Subject: …", also in bold stars and with blank lines between. */
    private boolean isHeaderBlock(int i) {
        if (!ReplyPhrases.isFromWord(headerWord(line(i)))) {
            return false;
        }
        boolean date = false;
        int others = 0;
        for (int n = i + 1; n < Math.min(lines.size(), i + HEADER_LINES); n++) {
            String word = headerWord(line(n));
            if (ReplyPhrases.isDateWord(word)) {
                date = true;
                others++;
            } else if (ReplyPhrases.isHeaderWord(word)) {
                others++;
            }
        }
        return date && others >= 2;
    }

    private static String headerWord(String line) {
        String bare = line.length() > 60 ? line.substring(0, 60) : line;
        bare = bare.replace("*", "");
        int colon = bare.indexOf(':');
        int wide = bare.indexOf('：');
        int end = colon < 0 || (wide >= 0 && wide < colon) ? wide : colon;
        return end <= 0 ? "" : bare.substring(0, end).strip().toLowerCase(Locale.ROOT);
    }

    private boolean isSignature(int i) {
        String raw = lines.get(i);
        return raw.equals("--") || raw.equals("-- ") || raw.equals("—") || line(i).equals(HtmlText.SIGNATURE_MARK);
    }

    private boolean isRule(int i) {
        String line = line(i);
        return line.length() >= 5 && line.chars().allMatch(c -> c == '_' || c == '-' || c == '=');
    }

    private boolean isQuoted(int i) {
        String line = line(i);
        return line.startsWith(">");
    }

    private static boolean isMark(String line) {
        return line.equals(HtmlText.QUOTE_MARK) || line.equals(HtmlText.SIGNATURE_MARK);
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!line(i).isEmpty() && !isMark(line(i))) {
                return false;
            }
        }
        return true;
    }

    private String line(int i) {
        return lines.get(i).strip();
    }

    private String join(int from, int to) {
        List<String> kept =
                lines.subList(from, to).stream().filter(l -> !isMark(l.strip())).toList();
        return unmarked(String.join("\n", kept)).strip();
    }

    private static String unmarked(String text) {
        return text.replace(HtmlText.QUOTE_MARK, "").replace(HtmlText.SIGNATURE_MARK, "");
    }
}
