package io.insightdesk.event;

import org.jspecify.annotations.Nullable;

/**
 * Where an actor is, as far as it is known. Personal: kept apart from the event, and erased with the person. Texts that are too
 * long are cut.
 *
 * @param address the network address, such as {@code 192.0.2.7}; null when unknown
 * @param userAgent what the client calls itself; null when unknown
 * @since 0.1.0
 */
public record Origin(@Nullable String address, @Nullable String userAgent) {

    /** Nothing is known. */
    public static final Origin UNKNOWN = new Origin(null, null);

    private static final int MAX_ADDRESS = 100;
    private static final int MAX_USER_AGENT = 300;

    /** Cuts texts that are too long, and takes out what no text can hold in the database. */
    public Origin {
        address = sane(address, MAX_ADDRESS);
        userAgent = sane(userAgent, MAX_USER_AGENT);
    }

    private static @Nullable String sane(@Nullable String text, int length) {
        if (text == null) {
            return null;
        }
        String printable = text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return printable.length() > length ? printable.substring(0, length) : printable;
    }
}
