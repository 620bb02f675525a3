package io.insightdesk.transfer;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;

/**
 * What a rule of retention is about.
 *
 * @since 0.1.0
 */
public enum RetentionKind {
    /**
     * What closed tickets say, counted from the time they were closed: subjects, messages, notes, custom fields, attachments, raw
     * mails. The tickets themselves stay, with number, status, times and tags.
     */
    CLOSED_TICKETS,
    /** Attachments of closed tickets, counted from the time of the attachment. */
    ATTACHMENTS,
    /** Raw mails, counted from the time they came in; those in quarantine go as a whole. */
    RAW_MAILS,
    /**
     * The {@linkplain io.insightdesk.event.Audit audit trail}, from its beginning, in whole segments. What is left stays valid. While the
     * tenant has any legal hold, nothing goes, for any act may be evidence.
     */
    AUDIT,
    /**
     * What the audit trail says of persons: names, mail and network addresses, clients. The events stay. While the tenant has any legal
     * hold, nothing goes.
     */
    AUDIT_PERSONAL;

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
     * @param name such as {@code raw_mails}
     * @return the kind
     * @throws InvalidInputException when there is no such kind
     */
    public static RetentionKind of(String name) {
        for (RetentionKind kind : values()) {
            if (kind.wireName().equals(name)) {
                return kind;
            }
        }
        throw new InvalidInputException(
                "/kind",
                "invalid_value",
                "The kind must be one of closed_tickets, attachments, raw_mails, audit, audit_personal.");
    }
}
