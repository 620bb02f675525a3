package io.insightdesk.server;

import java.util.Locale;

/** What a process does. */
enum ServerRole {
    /** Answers requests. */
    API,
    /** Shows pages: the reference of the API, and how the API is doing. Has no database. Stands in until there is a console. */
    WEB,
    /** Does the background work; answers requests about its health only. */
    WORKER,
    /** Answers requests, shows pages and works. */
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

    /** Whether it stays until it is stopped. */
    boolean serves() {
        return this != MIGRATE && this != VERIFY_AUDIT;
    }

    boolean usesDatabase() {
        return this != WEB;
    }

    /** Whether agents may log in here, or mails about logins are written here. */
    boolean knowsLogins() {
        return answersRequests() || works();
    }

    boolean sendsMail() {
        return knowsLogins();
    }

    boolean keepsFiles() {
        return knowsLogins();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
