package io.insightdesk.login;

import org.jspecify.annotations.Nullable;

/**
 * Where a call comes from, as far as it is known.
 *
 * @param address the network address, by which failed attempts are counted; never one that the client itself may choose, such as
 *     an {@code X-Forwarded-For} of nobody's proxy. Null where it is not known: then they are counted by account only
 * @param userAgent the program, shown in the list of sessions; null where it is not known
 * @param requestId the request, for events; null where there is none
 * @since 0.1.0
 */
public record Client(
        @Nullable String address,
        @Nullable String userAgent,
        @Nullable String requestId) {

    private static final int MAX_LENGTH = 200;

    /** Nothing is known. */
    public static final Client UNKNOWN = new Client(null, null, null);

    /** Cuts what is too long to be true, and takes NUL out. */
    public Client {
        address = cut(address);
        userAgent = cut(userAgent);
    }

    private static @Nullable String cut(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replaceAll("[^ -~]", "?");
        return clean.length() <= MAX_LENGTH ? clean : clean.substring(0, MAX_LENGTH);
    }
}
