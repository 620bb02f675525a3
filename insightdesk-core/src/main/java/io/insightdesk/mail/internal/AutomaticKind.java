package io.insightdesk.mail.internal;

/** Whether a person wrote the mail, and if not, what did. */
enum AutomaticKind {
    /** As far as can be told, a person. */
    NONE,
    /** Out of office, receipt confirmation, read receipt: an answer to a mail by a program. */
    AUTO_REPLY,
    /** Sent by a program on its own account: alerts, reports, notifications. */
    AUTO_GENERATED,
    /** Mailing list or bulk mail. A person may well have written it (a group address in front of the mailbox). */
    BULK,
    /** A mail could not be delivered. */
    BOUNCE,
    /** A mail has not been delivered yet. */
    DELAY_NOTICE
}
