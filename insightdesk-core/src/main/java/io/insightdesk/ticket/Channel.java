package io.insightdesk.ticket;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * How a ticket came in.
 *
 * @since 0.1.0
 */
public enum Channel {
    /** A form on a page. */
    WEB,
    /** A mail. */
    EMAIL,
    /** A chat. */
    CHAT,
    /** A program. */
    API,
    /** A call. */
    PHONE,
    /** A social network. */
    SOCIAL;

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
    public static Channel of(String name) {
        for (Channel value : values()) {
            if (value.wireName().equals(name)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/channel", "invalid_value", "The channel must be one of web, email, chat, api, phone, social.");
    }
}
