package io.insightdesk.devenv.command;

import java.util.Set;

/** What is done to a database. */
interface DatabaseTasks {
    /** Brings the schema up to date; returns what happened, in one line. */
    String migrate(DatabaseTarget target);

    /** Adds demo data of that size; returns what happened, in one line. */
    String seed(DatabaseTarget target, String size, Progress progress);

    /**
     * Deletes all data and makes the schema anew; returns what happened, in one line. Refused where there are tenants that
     * are neither of the demo data nor among the expendable ones, which are named by their slugs.
     */
    String reset(DatabaseTarget target, Set<String> expendable);

    /** Told how far it is. */
    interface Progress {
        void at(String what, long done, long total);
    }
}
