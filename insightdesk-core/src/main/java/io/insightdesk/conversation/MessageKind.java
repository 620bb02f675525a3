package io.insightdesk.conversation;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * What a message is.
 *
 * @since 0.1.0
 */
public enum MessageKind {
    /** Written by a customer. */
    CUSTOMER,
    /** An agent's answer, which the customer gets. */
    AGENT,
    /** An internal note, which no customer sees. */
    NOTE,
    /** Written by the system, such as a bounce report. */
    SYSTEM;

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
    public static MessageKind of(String name) {
        for (MessageKind value : values()) {
            if (value.wireName().equals(name)) {
                return value;
            }
        }
        throw new InvalidInputException(
                "/kind", "invalid_value", "The kind must be one of customer, agent, note, system.");
    }
}
