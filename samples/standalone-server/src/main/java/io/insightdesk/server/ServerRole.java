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
    MIGRATE;

    boolean answersRequests() {
        return this == API || this == ALL;
    }

    boolean works() {
        return this == WORKER || this == ALL;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
