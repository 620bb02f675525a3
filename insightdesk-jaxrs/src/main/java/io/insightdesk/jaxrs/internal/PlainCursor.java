package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Cursors of lists that go on after a plain value which the caller has seen anyway, so there is nothing to protect. */
final class PlainCursor {
    private PlainCursor() {}

    static String write(String list, String value) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((list + ":" + value).getBytes(StandardCharsets.UTF_8));
    }

    static String read(String list, String cursor, String pattern) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String value = text.substring(Math.min(text.length(), list.length() + 1));
            if (text.startsWith(list + ":") && value.matches(pattern) && value.indexOf('\0') < 0) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as any other text that is no cursor.
        }
        throw new InvalidInputException(
                "/cursor", "invalid_cursor", "This cursor does not belong to this list; begin without a cursor.");
    }
}
