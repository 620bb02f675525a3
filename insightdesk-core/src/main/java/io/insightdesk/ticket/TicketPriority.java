package io.insightdesk.ticket;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * How urgent a ticket is.
 *
 * @since 0.1.0
 */
public enum TicketPriority {
    /** Can wait. */
    LOW,
    /** The usual. */
    NORMAL,
    /** Before the usual. */
    HIGH,
    /** Now. */
    URGENT;

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
     * @param name the name in snake_case; {@code medium} is read as {@code normal}
     * @return the value
     * @throws InvalidInputException when there is no such value
     */
    public static TicketPriority of(String name) {
        // Other help desks say medium.
        String wanted = name.equals("medium") ? "normal" : name;
        for (TicketPriority value : values()) {
            if (value.wireName().equals(wanted)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/priority", "invalid_value", "The priority must be one of low, normal, high, urgent.");
    }
}
