package io.insightdesk.server;

import java.util.Locale;

/** Where the server runs, which decides what it may make up by itself. */
enum AppEnvironment {
    /** One person's machine: everything that is missing is made. */
    DEVELOPMENT,
    /** Automated tests. */
    TEST,
    /** Like production, with other data. */
    STAGING,
    /** Live. */
    PRODUCTION;

    /** Whether people depend on it, so that nothing is chosen for them silently. */
    boolean serious() {
        return this == STAGING || this == PRODUCTION;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
