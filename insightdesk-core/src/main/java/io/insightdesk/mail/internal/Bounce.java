package io.insightdesk.mail.internal;

import org.jspecify.annotations.Nullable;

/**
 * What a delivery report says.
 *
 * @param originalMessageId of the returned mail, with angle brackets, read from the original attached to the report
 * @param recipient the first address that failed, or else the first that is delayed
 * @param status enhanced status code, for example {@code 5.1.1}
 * @param permanent whether delivery was given up; otherwise it is only delayed
 */
record Bounce(
        @Nullable String originalMessageId,
        @Nullable String recipient,
        @Nullable String status,
        boolean permanent) {}
