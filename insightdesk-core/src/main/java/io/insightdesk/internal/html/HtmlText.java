package io.insightdesk.internal.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** HTML to text that reads well, and text to simple HTML. */
public final class HtmlText {

    /** Stands before the lines that a mail program marked as the quoted mail; never part of a result for people. */
    public static final String QUOTE_MARK = "\uE0F0";

    /** Stands before a signature that a mail program marked. */
    public static final String SIGNATURE_MARK = "\uE0F1";

    private static final Set<String> SKIPPED =
            Set.of("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math");
    private static final Set<String> BLOCKS = Set.of(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
            "ul");
    private static final Set<String> SPACED =
            Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "dl");

    private static final Pattern URL = Pattern.compile("https?://[^\\s<>\"']{1,2000}");

    private HtmlText() {}

    /** Readable text: paragraphs, lists, links with their address, cells side by side, quotes with {@code >}. */
    public static String toText(String html) {
        return render(html, false);
    }

    /** The same, with {@link #QUOTE_MARK} and {@link #SIGNATURE_MARK} where the markup tells. */
    public static String toMarkedText(String html) {
        return render(html, true);
    }

    private static String render(String html, boolean marks) {
        Document document = Jsoup.parse(html.replace(QUOTE_MARK, "").replace(SIGNATURE_MARK, ""));
        Writer writer = new Writer(marks);
        document.body().traverse(writer);
        return CleanText.lines(writer.result());
    }

    /** Paragraphs, line breaks and links; everything else is escaped. */
    public static String toHtml(String text) {
        StringBuilder html = new StringBuilder(text.length() + 64);
        for (String paragraph : CleanText.lines(text).strip().split("\n{2,}", -1)) {
            html.append("<p>");
            html.append(linked(paragraph).replace("\n", "<br />"));
            html.append("</p>");
        }
        return html.toString();
    }

    private static String linked(String paragraph) {
        StringBuilder out = new StringBuilder(paragraph.length() + 32);
        Matcher url = URL.matcher(paragraph);
        int at = 0;
        while (url.find()) {
            int end = url.end();
            while (end > url.start() && ".,;:!?)]}".indexOf(paragraph.charAt(end - 1)) >= 0) {
                end--;
            }
            String address = escape(paragraph.substring(url.start(), end));
            out.append(escape(paragraph.substring(at, url.start())));
            out.append("<a href=\"").append(address).append("\" rel=\"noopener noreferrer nofollow\">");
            out.append(address).append("</a>");
            at = end;
        }
        return out.append(escape(paragraph.substring(at))).toString();
    }

    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Writes text while jsoup walks the tree (without recursion, however deep it is). */
    private static final class Writer implements NodeVisitor {

        private final boolean marks;
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder line = new StringBuilder();
        private final Deque<Integer> numbers = new ArrayDeque<>();
        private int skipping;
        private int preformatted;
        private int quotes;
        private int emptyLines = 1;
        private boolean gap;

        Writer(boolean marks) {
            this.marks = marks;
        }

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode text) {
                if (skipping == 0) {
                    text(text.getWholeText());
                }
            } else if (node instanceof Element element) {
                open(element);
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                close(element);
            }
        }

        private void open(Element element) {
            String name = element.normalName();
            if (isSkipped(element, name)) {
                skipping++;
            }
            if (skipping > 0) {
                return;
            }
            if (BLOCKS.contains(name)) {
                breakLine();
            }
            if (SPACED.contains(name)) {
                blankLine();
            }
            if (marks && QuoteMarkup.isSignature(element)) {
                mark(SIGNATURE_MARK);
            }
            if (marks && QuoteMarkup.isQuote(element)) {
                mark(QUOTE_MARK);
            }
            switch (name) {
                case "br" -> newLine();
                case "ol" -> numbers.push(0);
                case "li" -> line.append(bullet(element));
                case "td", "th" -> {
                    if (!isLineBlank()) {
                        line.append(" | ");
                        gap = false;
                    }
                }
                case "img" -> image(element);
                case "pre", "textarea" -> preformatted++;
                case "blockquote" -> quotes += QuoteMarkup.isIndent(element) ? 0 : 1;
                default -> {
                    // Inline elements leave no trace.
                }
            }
        }

        private void close(Element element) {
            String name = element.normalName();
            if (skipping > 0) {
                if (isSkipped(element, name)) {
                    skipping--;
                }
                return;
            }
            if (name.equals("ol")) {
                numbers.poll();
            }
            if (name.equals("a")) {
                link(element);
            }
            if (BLOCKS.contains(name)) {
                breakLine();
            }
            if (name.equals("pre") || name.equals("textarea")) {
                preformatted--;
            }
            if (name.equals("blockquote") && !QuoteMarkup.isIndent(element)) {
                quotes--;
            }
            if (SPACED.contains(name)) {
                blankLine();
            }
        }

        private static boolean isSkipped(Element element, String name) {
            return SKIPPED.contains(name)
                    || element.attr("style")
                            .toLowerCase(Locale.ROOT)
                            .replace(" ", "")
                            .contains("display:none");
        }

        private String bullet(Element item) {
            Element list = item.parent();
            boolean numbered = list != null && list.normalName().equals("ol") && !numbers.isEmpty();
            if (!numbered) {
                return "- ";
            }
            numbers.push(numbers.pop() + 1);
            return numbers.peek() + ". ";
        }

        private void image(Element image) {
            String alt = CleanText.line(image.attr("alt"));
            if (!alt.isEmpty()) {
                text("[" + alt + "]");
            }
        }

        private void link(Element link) {
            String href = link.attr("href").strip();
            String lower = href.toLowerCase(Locale.ROOT);
            boolean web = lower.startsWith("http://") || lower.startsWith("https://");
            if (!web || href.length() > 2000 || line.length() == 0) {
                return;
            }
            String shown = line.substring(Math.max(0, line.length() - 2100)).strip();
            String bare = href.replaceFirst("(?i)^https?://", "").replaceFirst("/$", "");
            if (!shown.endsWith(href) && !shown.endsWith(bare) && !shown.endsWith(bare + "/")) {
                line.append(" <").append(href).append('>');
            }
        }

        private void text(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (preformatted > 0 && (c == '\n' || c == '\r')) {
                    if (c == '\n') {
                        newLine();
                    }
                } else if (preformatted == 0 && (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f')) {
                    gap = true;
                } else if (c != 0xAD && c != 0x200B && c != 0x200C && c != 0x034F) {
                    if (gap && line.length() > 0 && line.charAt(line.length() - 1) != ' ') {
                        line.append(' ');
                    }
                    gap = false;
                    line.append(c == 0xA0 ? ' ' : c);
                }
            }
        }

        private void mark(String mark) {
            breakLine();
            out.append(mark).append('\n');
            emptyLines = 1;
        }

        private boolean isLineBlank() {
            for (int i = 0; i < line.length(); i++) {
                if (!CleanText.isBlank(line.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        /** Ends the line if there is anything on it. */
        private void breakLine() {
            if (!isLineBlank()) {
                newLine();
            }
            line.setLength(0);
            gap = false;
        }

        private void newLine() {
            boolean blank = isLineBlank();
            if (!blank || emptyLines < 1) {
                if (quotes > 0) {
                    out.append(">".repeat(Math.min(quotes, 20))).append(blank ? "" : " ");
                }
                out.append(blank ? "" : line).append('\n');
            }
            emptyLines = blank ? emptyLines + 1 : 0;
            line.setLength(0);
            gap = false;
        }

        private void blankLine() {
            breakLine();
            if (emptyLines == 0) {
                newLine();
            }
        }

        String result() {
            breakLine();
            return out.toString().stripTrailing();
        }
    }
}
