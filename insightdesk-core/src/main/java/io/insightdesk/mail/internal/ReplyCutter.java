package io.insightdesk.mail.internal;

import org.jspecify.annotations.Nullable;

/** Finds what is new in a reply. */
final class ReplyCutter {

    private ReplyCutter() {}

    static String newText(String subject, @Nullable String text, @Nullable String html, String readable) {
        return readable;
    }
}
