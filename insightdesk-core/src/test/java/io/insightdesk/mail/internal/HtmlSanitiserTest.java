package io.insightdesk.mail.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.internal.html.HtmlSanitiser;
import io.insightdesk.internal.html.HtmlText;
import java.util.Locale;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlSanitiserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
                "<img src=x onerror=alert(1)>",
                "<img src=\"javascript:alert(1)\">",
                "<img src=\"data:text/html;base64,PHNjcmlwdD4=\">",
                "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a href=\"java&#10;script:alert(1)\">x</a>",
                "<a href=\" &#14; javascript:alert(1)\">x</a>",
                "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
                "<a href=\"vbscript:x\">x</a>",
                "<a href=\"//evil.example\">x</a>",
                "<svg/onload=alert(1)>",
                "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
                "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\"></mi></math>",
                "<iframe src=\"https://evil.example\"></iframe>",
                "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
                "<object data=\"x.swf\"></object><embed src=x>",
                "<form action=\"https://evil.example\"><input type=password><button formaction=x>go</button></form>",
                "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
                "<base href=\"https://evil.example/\">",
                "<link rel=stylesheet href=\"https://evil.example/x.css\">",
                "<style>@import 'https://evil.example/x.css';</style>",
                "<div style=\"background:url(https://evil.example/x)\">x</div>",
                "<div style=\"width:expression(alert(1))\">x</div>",
                "<div style=\"position:fixed;top:0;left:0\">x</div>",
                "<div style=\"behavior:url(#default#time2)\">x</div>",
                "<p onmouseover='alert(1)'>x</p>",
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
                "<<script>alert(1)//<</script>",
                "<table background=\"javascript:alert(1)\"><tr><td>x</td></tr></table>",
                "<img src=\"cid:x\" srcset=\"https://evil.example/x 2x\">",
                "<video><source onerror=\"alert(1)\"></video>",
                "<template><script>alert(1)</script></template>",
                "<input autofocus onfocus=alert(1)>",
                "<body onload=alert(1)>",
                "<a href=\"https://ok.example\" target=_top onclick=alert(1)>x</a>",
                "<img src='x' style='x:\\65xpression(alert(1))'>",
                "<xss id=x tabindex=1 onfocusin=alert(1)></xss>"
            })
    void nothingActiveIsLeft(String html) {
        String safe = HtmlSanitiser.sanitise(html);
        for (Element element : Jsoup.parseBodyFragment(safe).body().select("*")) {
            assertThat(element.normalName())
                    .isNotIn(
                            "script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "meta",
                            "base", "link");
            for (Attribute attribute : element.attributes()) {
                String value = attribute.getValue().toLowerCase(Locale.ROOT);
                assertThat(attribute.getKey()).doesNotStartWith("on").isNotIn("srcset", "background", "target");
                assertThat(value)
                        .doesNotContain(
                                "javascript:", "expression", "url(", "evil.example", "position", "text/html", "svg");
            }
        }
    }

    @Test
    void formattingOfMailStays() {
        assertThat(
                        HtmlSanitiser.sanitise(
                                "<p style=\"color:red\"><b>bold</b> <a href=\"https://example.org/?a=1\">link</a></p><ul><li>one</li></ul>"))
                .isEqualTo("<p style=\"color:red\"><b>bold</b> <a href=\"https://example.org/?a&#61;1\""
                        + " rel=\"noopener noreferrer nofollow\">link</a></p><ul><li>one</li></ul>");
    }

    @Test
    void remoteImagesAreHeldBackAndOwnOnesStay() {
        assertThat(HtmlSanitiser.sanitise("<img src=\"https://example.org/p.gif\" alt=\"x\"><img src=\"cid:a\">"))
                .isEqualTo("<img data-remote-src=\"https://example.org/p.gif\" alt=\"x\" /><img src=\"cid:a\" />");
    }

    @Test
    void senderCannotSetTheHeldBackAddress() {
        assertThat(HtmlSanitiser.sanitise("<img data-remote-src=\"javascript:alert(1)\">"))
                .doesNotContain("javascript");
    }

    @Test
    void ownOutputIsStable() {
        String once = HtmlSanitiser.sanitise("<p>a <img src=\"cid:x\"> <a href=\"mailto:a@example.org\">m</a></p>");
        assertThat(HtmlSanitiser.sanitise(once)).isEqualTo(once);
    }

    @Test
    void listsAreNumberedAndNested() {
        assertThat(HtmlText.toText("<ol><li>a<ol><li>b</ol><li>c<ul><li>d</ul></ol><pre>x\n  y</pre>"))
                .isEqualTo("1. a\n\n1. b\n\n2. c\n\n- d\n\nx\n  y");
    }

    @Test
    void textBecomesSafeHtmlAndBack() {
        String text = "Hello <b>\n\n- see https://example.org/a?b=1.\nBye";
        String html = HtmlText.toHtml(text);
        assertThat(html)
                .isEqualTo("<p>Hello &lt;b&gt;</p><p>- see <a href=\"https://example.org/a?b=1\""
                        + " rel=\"noopener noreferrer nofollow\">https://example.org/a?b=1</a>.<br />Bye</p>");
        assertThat(HtmlText.toText(html)).isEqualTo(text);
    }
}
