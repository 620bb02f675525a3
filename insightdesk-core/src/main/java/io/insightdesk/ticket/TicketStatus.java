package io.insightdesk.ticket;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * Where a ticket stands.
 *
 * @since 0.1.0
 */
public enum TicketStatus {
    /** Nobody has worked on it yet. */
    NEW,
    /** Work is due. */
    OPEN,
    /** Waits for the customer; the customer's answer opens it again. */
    PENDING,
    /** Waits for a third party. */
    ON_HOLD,
    /** Answered; the customer's answer opens it again, time closes it. */
    RESOLVED,
    /** Ended for good; what the customer writes afterwards opens a follow-up. */
    CLOSED;

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
    public static TicketStatus of(String name) {
        for (TicketStatus value : values()) {
            if (value.wireName().equals(name)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/status", "invalid_value", "The status must be one of new, open, pending, on_hold, resolved, closed.");
    }
}
