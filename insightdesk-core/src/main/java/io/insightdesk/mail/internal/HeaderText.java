package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;

/** Decodes header values: undeclared 8-bit first, then encoded words, then everything flat on one line. */
final class HeaderText {

    /** Longer values are cut before they are decoded: nobody reads them, and decoding costs time. */
    private static final int LONGEST = 32 * 1024;

    private final MailCharsets charsets;
    private final EncodedWords words;

    HeaderText(MailCharsets charsets) {
        this.charsets = charsets;
        this.words = new EncodedWords(charsets);
    }

    /** Unstructured text such as a subject: decoded, one line. */
    String decode(String rawValue) {
        return CleanText.line(words.decode(eightBit(shortened(rawValue, LONGEST))));
    }

    /** Raw bytes as characters, encoded words left alone. */
    String eightBit(String rawValue) {
        for (int i = 0; i < rawValue.length(); i++) {
            char c = rawValue.charAt(i);
            if (c >= 0x80 || c == 0x1B) {
                return charsets.undeclared(HeaderFields.bytes(rawValue));
            }
        }
        return rawValue;
    }

    static String shortened(String value, int longest) {
        return value.length() <= longest ? value : value.substring(0, longest);
    }

    MailCharsets charsets() {
        return charsets;
    }
}
