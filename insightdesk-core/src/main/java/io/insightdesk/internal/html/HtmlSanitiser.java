package io.insightdesk.internal.html;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.owasp.html.AttributePolicy;
import org.owasp.html.CssSchema;
import org.owasp.html.ElementPolicy;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * Makes the HTML of a stranger safe to show: what is not on the list goes.
 *
 * <p>Images of the mail itself ({@code cid:}) stay references. Remote images are held back, because fetching one tells
 * the sender that and where the mail was read: their address moves to {@value #REMOTE_SOURCE}, and only a reader's
 * wish may move it back. Links open without a referrer.
 */
public final class HtmlSanitiser {

    /** Where the address of a remote image waits. */
    public static final String REMOTE_SOURCE = "data-remote-src";

    private static final Pattern LINK = Pattern.compile("(?i)(?:https?://|mailto:|tel:)[^\\s<>\"]{1,4000}");
    private static final Pattern IMAGE = Pattern.compile("(?i)(?:cid:|https?://)[^\\s<>\"]{1,4000}");
    private static final Pattern INLINE_IMAGE =
            Pattern.compile("(?i)data:image/(?:png|gif|jpe?g|webp);base64,[a-z0-9+/=\\s]*+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}%?");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z]{1,20}");

    private static final Set<String> STYLES = Set.of(
            "background-color",
            "border",
            "border-bottom",
            "border-collapse",
            "border-color",
            "border-left",
            "border-right",
            "border-style",
            "border-top",
            "border-width",
            "color",
            "font-family",
            "font-size",
            "font-style",
            "font-weight",
            "line-height",
            "list-style-type",
            "text-align",
            "text-decoration",
            "text-indent",
            "vertical-align",
            "white-space");

    private static final PolicyFactory POLICY = new HtmlPolicyBuilder()
            .allowElements(
                    "abbr",
                    "b",
                    "bdi",
                    "bdo",
                    "big",
                    "blockquote",
                    "br",
                    "caption",
                    "center",
                    "cite",
                    "code",
                    "col",
                    "colgroup",
                    "dd",
                    "del",
                    "dfn",
                    "div",
                    "dl",
                    "dt",
                    "em",
                    "font",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "hr",
                    "i",
                    "ins",
                    "kbd",
                    "li",
                    "mark",
                    "ol",
                    "p",
                    "pre",
                    "q",
                    "s",
                    "samp",
                    "small",
                    "span",
                    "strike",
                    "strong",
                    "sub",
                    "sup",
                    "table",
                    "tbody",
                    "td",
                    "tfoot",
                    "th",
                    "thead",
                    "tr",
                    "tt",
                    "u",
                    "ul",
                    "var")
            .allowElements((ElementPolicy) HtmlSanitiser::image, "img")
            .allowElements((ElementPolicy) HtmlSanitiser::link, "a")
            .allowWithoutAttributes("a", "font", "span")
            .allowUrlProtocols("http", "https", "mailto", "tel", "cid", "data")
            .allowAttributes("href")
            .matching(LINK)
            .onElements("a")
            .allowAttributes("src")
            .matching((AttributePolicy) HtmlSanitiser::source)
            .onElements("img")
            .allowAttributes("alt", "title")
            .onElements("img")
            .allowAttributes("width", "height")
            .matching(NUMBER)
            .onElements("img", "table", "td", "th", "col")
            .allowAttributes("colspan", "rowspan", "cellpadding", "cellspacing", "border", "start", "value")
            .matching(NUMBER)
            .onElements("table", "td", "th", "ol", "li")
            .allowAttributes("align", "valign")
            .matching(WORD)
            .onElements("table", "tr", "td", "th", "p", "div", "img", "h1", "h2", "h3", "h4")
            .allowAttributes("dir")
            .matching(true, "ltr", "rtl", "auto")
            .globally()
            .allowAttributes("type")
            .matching(true, "cite")
            .onElements("blockquote")
            .allowStyling(CssSchema.withProperties(STYLES))
            .toFactory();

    private HtmlSanitiser() {}

    /** Safe HTML for the inside of a {@code body}. Never throws for bad markup. */
    public static String sanitise(String html) {
        return POLICY.sanitize(CleanText.markup(html));
    }

    private static @Nullable String source(String element, String attribute, String value) {
        String source = value.strip();
        if (IMAGE.matcher(source).matches()) {
            return source;
        }
        return source.length() < 400_000 && INLINE_IMAGE.matcher(source).matches() ? source : null;
    }

    private static String link(String element, List<String> attributes) {
        if (attributes.contains("href")) {
            attributes.add("rel");
            attributes.add("noopener noreferrer nofollow");
        }
        return element;
    }

    /** Attributes come as name, value, name, value. */
    private static @Nullable String image(String element, List<String> attributes) {
        for (int i = 0; i + 1 < attributes.size(); i += 2) {
            if (attributes.get(i).equals("src")
                    && attributes.get(i + 1).toLowerCase(Locale.ROOT).startsWith("http")) {
                attributes.set(i, REMOTE_SOURCE);
            }
        }
        return attributes.isEmpty() ? null : element;
    }
}
