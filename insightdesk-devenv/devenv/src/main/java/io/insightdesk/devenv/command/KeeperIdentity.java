package io.insightdesk.devenv.command;

import java.time.Instant;
import java.util.Optional;

/**
 * A process, told apart from another that gets the same number later.
 *
 * @param pid its number
 * @param started when the operating system says it was started
 */
record KeeperIdentity(long pid, Instant started) {
    /** The property that a keeper has on its command line, with the name of its stack. */
    static final String PROPERTY = "insightdesk.devenv.keeper";

    static KeeperIdentity ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return new KeeperIdentity(self.pid(), self.info().startInstant().orElse(Instant.EPOCH));
    }

    /** Returns the process if it lives and is the keeper of that stack, and nobody else who got its number. */
    Optional<ProcessHandle> find(String stack) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process ->
                        process.info().startInstant().map(started::equals).orElse(false))
                .filter(process -> process.info()
                        .commandLine()
                        .map(line -> line.contains("-D" + PROPERTY + "=" + stack))
                        .orElse(false));
    }
}
