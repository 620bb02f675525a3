package io.insightdesk.conversation;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * What became of an answer that leaves by mail.
 *
 * @since 0.1.0
 */
public enum Delivery {
    /** Waits to be sent, or to be sent again. */
    QUEUED,
    /** The mail server took it. */
    SENT,
    /** It could not be sent; the message tells why. */
    FAILED,
    /** It was sent and came back; the message tells why. */
    BOUNCED;

    /**
     * The name used in JSON and in the database.
     *
     * @return the name in snake_case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the wire name.
     *
     * @param name the name in snake_case
     * @return the value
     * @throws InvalidInputException when there is no such value
     */
    public static Delivery of(String name) {
        for (Delivery value : values()) {
            if (value.wireName().equals(name)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/delivery", "invalid_value", "The delivery must be one of queued, sent, failed, bounced.");
    }
}
