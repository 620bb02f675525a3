package io.insightdesk.mail.internal;

import java.util.Locale;

/** A mail that cannot or must not be read; its raw text belongs into quarantine. */
final class UnreadableMailException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why; {@link #code()} is stable. */
    enum Reason {
        /** No byte, or nothing but white space. */
        EMPTY,
        /** No header field that belongs to a mail. */
        NOT_A_MAIL,
        TOO_MANY_HEADERS,
        HEADER_TOO_LARGE,
        LINE_TOO_LONG,
        NESTED_TOO_DEEPLY,
        TOO_MANY_PARTS,
        TEXT_TOO_LARGE,
        /** Everything the MIME parser refused for another cause. */
        MALFORMED;

        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    UnreadableMailException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    UnreadableMailException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** The reason as stored and shown, for example {@code nested-too-deeply}. */
    String code() {
        return reason.code();
    }
}
