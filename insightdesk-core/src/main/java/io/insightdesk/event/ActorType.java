package io.insightdesk.event;

import java.util.Locale;

/**
 * What kind of person or program acts.
 *
 * @since 0.1.0
 */
public enum ActorType {
    /** A person who answers customers. */
    AGENT,
    /** A person who asks. */
    CUSTOMER,
    /** A program with an API token that belongs to no agent. */
    API_TOKEN,
    /** The library itself: mail that came in, a timer, a clean-up. */
    SYSTEM;

    /**
     * The name used in JSON and in the database.
     *
     * @return the name in snake_case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
