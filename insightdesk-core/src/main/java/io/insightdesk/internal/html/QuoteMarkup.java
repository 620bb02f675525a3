package io.insightdesk.internal.html;

import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;

/** How mail programs mark quoted mail and signatures in HTML. */
public final class QuoteMarkup {

    private static final Set<String> QUOTE_IDS = Set.of(
            "divrplyfwdmsg",
            "appendonsend",
            "mail-editor-reference-message-container",
            "reply-intro",
            "olk_src_body_section",
            "isforwardcontent",
            "spliter");
    private static final Set<String> QUOTE_CLASSES = Set.of(
            "gmail_quote",
            "gmail_quote_container",
            "gmail_attr",
            "moz-cite-prefix",
            "moz-forward-container",
            "yahoo_quoted",
            "yahoo-quoted-begin",
            "protonmail_quote",
            "zmail_extra",
            "tutanota_quote",
            "outlookmessageheader",
            "ms-outlook-mobile-reference-message");
    private static final Set<String> SIGNATURE_CLASSES = Set.of(
            "gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "signature");

    private QuoteMarkup() {}

    /** Whether quoted mail (or the line that introduces it) begins with this element. */
    public static boolean isQuote(Element element) {
        if (isCitation(element)) {
            return false; // Its lines are marked with ">" already.
        }
        String id = element.id().toLowerCase(Locale.ROOT);
        if (!id.isEmpty() && (QUOTE_IDS.contains(id) || (id.startsWith("x_") && QUOTE_IDS.contains(id.substring(2))))) {
            return true;
        }
        return hasAny(element, QUOTE_CLASSES) || isOutlookRule(element);
    }

    /** The thin line that Outlook draws above "From: … Sent: …". */
    private static boolean isOutlookRule(Element element) {
        String style = element.attr("style").toLowerCase(Locale.ROOT).replace(" ", "");
        return element.normalName().equals("div")
                && style.contains("border:none")
                && style.contains("border-top:solid")
                && (style.contains("#e1e1e1") || style.contains("#b5c4df"));
    }

    private static boolean isCitation(Element element) {
        return element.normalName().equals("blockquote");
    }

    /** Gmail and Outlook indent paragraphs by a blockquote that quotes nothing. */
    public static boolean isIndent(Element element) {
        String style = element.attr("style").toLowerCase(Locale.ROOT).replace(" ", "");
        return !element.attr("type").equalsIgnoreCase("cite")
                && element.attr("cite").isEmpty()
                && (style.contains("border:none") || style.startsWith("margin-right:0"));
    }

    public static boolean isSignature(Element element) {
        return hasAny(element, SIGNATURE_CLASSES) || element.id().equalsIgnoreCase("signature");
    }

    private static boolean hasAny(Element element, Set<String> names) {
        for (String name : element.classNames()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (names.contains(lower) || (lower.startsWith("x_") && names.contains(lower.substring(2)))) {
                return true;
            }
        }
        return false;
    }
}
