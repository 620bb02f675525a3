package io.insightdesk.devenv.command;

import org.jspecify.annotations.Nullable;

/**
 * What the doctor found out about one thing.
 *
 * @param level how bad it is
 * @param subject the thing
 * @param text how it is, in one line
 * @param remedy what to do; null if nothing need be done
 */
record Finding(
        Level level, String subject, String text, @Nullable String remedy) {
    /** How bad something is. */
    enum Level {
        OK,
        /** Works, but not always or not for everybody. */
        WARNING,
        /** Does not work. */
        PROBLEM
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, null);
    }

    static Finding warning(String subject, String text, String remedy) {
        return new Finding(Level.WARNING, subject, text, remedy);
    }

    static Finding problem(String subject, String text, String remedy) {
        return new Finding(Level.PROBLEM, subject, text, remedy);
    }
}
