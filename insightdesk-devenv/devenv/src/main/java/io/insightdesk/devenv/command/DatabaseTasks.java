package io.insightdesk.devenv.command;

/** What is done to a database. */
interface DatabaseTasks {
    /** Brings the schema up to date; returns what happened, in one line. */
    String migrate(DatabaseTarget target);

    /** Adds demo data of that size; returns what happened, in one line. */
    String seed(DatabaseTarget target, String size, Progress progress);

    /** Deletes all data and makes the schema anew; returns what happened, in one line. */
    String reset(DatabaseTarget target);

    /** Told how far it is. */
    interface Progress {
        void at(String what, long done, long total);
    }
}
