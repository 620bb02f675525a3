package io.insightdesk.login;

import java.util.Locale;

/**
 * Which customers may log in, by a link that is sent to their mail address.
 *
 * @since 0.1.0
 */
public enum CustomerLogin {
    /** None. */
    OFF,
    /** Those who are there: who wrote a mail, opened a ticket, or was made by an agent. */
    KNOWN,
    /** Everybody: who opens the link of an address that nobody has becomes a customer. */
    ANYBODY;

    /**
     * The name used in settings.
     *
     * @return the name in small letters
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
