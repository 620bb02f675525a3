package io.insightdesk.mail;

/**
 * How a connection to a mail server is kept secret.
 *
 * @since 0.1.0
 */
public enum SmtpSecurity {
    /** Plain at first, then TLS (RFC 3207). A server that does not offer it is not used. */
    STARTTLS,
    /** TLS from the first byte (RFC 8314). */
    TLS,
    /** Not at all: for a server on the same machine. */
    NONE
}
