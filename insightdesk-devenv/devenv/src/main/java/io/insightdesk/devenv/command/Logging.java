package io.insightdesk.devenv.command;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What is logged by a process of the command. Only these processes see it: programs that use the library keep their own
 * logging, for nothing of this lies where a logging library looks by itself.
 */
final class Logging {
    private static final String LOGBACK_FILE = "logback.configurationFile";
    private static final String LEVEL = "insightdesk.desk.log";
    private static final String OWN_LEVEL = "insightdesk.desk.log.own";

    /** Java forgets what was set on a logger that nobody holds. */
    private static final Logger JAVA_ROOT = Logger.getLogger("");

    private Logging() {}

    /** Must run before the first logger is made. */
    static void ofCommand(boolean verbose) {
        configure(verbose ? "info" : "off", verbose ? "debug" : "off");
        JAVA_ROOT.setLevel(verbose ? Level.INFO : Level.OFF);
    }

    static void ofKeeper() {
        configure("warn", "info");
        JAVA_ROOT.setLevel(Level.WARNING);
    }

    private static void configure(String level, String ownLevel) {
        setUnlessSet(LOGBACK_FILE, "io/insightdesk/devenv/command/logging.xml");
        setUnlessSet(LEVEL, level);
        setUnlessSet(OWN_LEVEL, ownLevel);
        // Without a logging library there is nothing to complain about.
        setUnlessSet("slf4j.internal.verbosity", "ERROR");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
