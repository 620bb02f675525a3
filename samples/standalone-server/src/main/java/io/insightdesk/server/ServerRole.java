package io.insightdesk.server;

import java.util.Locale;

/** What a process does. */
enum ServerRole {
    /** Answers requests. */
    API,
    /** Does the background work; answers requests about its health only. */
    WORKER,
    /** Both. */
    ALL,
    /** Brings the schema to this release and ends. */
    MIGRATE,
    /** Looks whether the audit trails of all tenants are as they were sealed, and ends. */
    VERIFY_AUDIT;

    boolean answersRequests() {
        return this == API || this == ALL;
    }

    boolean works() {
        return this == WORKER || this == ALL;
    }

    /** Whether agents may log in here. */
    boolean knowsLogins() {
        return this != MIGRATE && this != VERIFY_AUDIT;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
