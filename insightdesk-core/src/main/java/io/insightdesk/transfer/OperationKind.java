package io.insightdesk.transfer;

import java.util.Locale;

/**
 * What a long operation does.
 *
 * @since 0.1.0
 */
public enum OperationKind {
    /** Writes everything about a person into a file. */
    PERSON_EXPORT,
    /** Takes everything about a person away. */
    PERSON_ERASURE,
    /** Changes many tickets. */
    TICKET_CHANGE;

    /**
     * The name used in JSON and in the database.
     *
     * @return the name in snake_case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
