package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.NewMessage;
import io.insightdesk.internal.html.HtmlSanitiser;
import io.insightdesk.internal.html.HtmlText;
import org.jspecify.annotations.Nullable;

/** The body of a message as it is stored: safe HTML where there was HTML, and a text in any case. */
record Body(String text, @Nullable String html) {

    static Body of(NewMessage message) {
        String html = message.html();
        String text = message.text();
        if (html == null || html.isBlank()) {
            return new Body(text == null ? "" : text, null);
        }
        String safe = HtmlSanitiser.sanitise(html);
        return new Body(text == null || text.isBlank() ? HtmlText.toText(safe) : text, safe);
    }
}
