package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the databases of a throw-away PostgreSQL are held in memory. A database is some hundred files, and making and deleting
 * them is what a test class waits for: on some file systems ten times as long as for the rest.
 */
final class MemoryData {
    /** What there must be at least of it; a server whose databases are dropped again takes a tenth. */
    static final long ROOM = 2_000_000_000L;

    /** Where Linux keeps files in memory; elsewhere there is no such directory. */
    static final Path DIRECTORY = Path.of("/dev/shm");

    /** Where the disk may not be waited for, no more of the log is kept than this. */
    static final String MAX_WAL_SIZE = "256MB";

    static final String SETTING = "POSTGRES_MEMORY";

    private MemoryData() {}

    /** Says whether the user leaves it to us; the default is yes. */
    static boolean isAllowed(Overrides overrides) {
        String said = overrides.find(SETTING).orElse("true");
        return switch (said) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new DevEnvironmentException(
                        Overrides.PREFIX + SETTING + " is «" + said + "»; it is true (the default) or false.");
        };
    }

    /** Returns where a throw-away cluster goes: {@code memory} if there is room enough, else {@code disk}. */
    static Path directory(boolean allowed, Path memory, long room, Path disk) throws IOException {
        boolean fits = allowed
                && Files.isDirectory(memory)
                && Files.isWritable(memory)
                && Files.getFileStore(memory).getUsableSpace() >= room;
        return fits ? memory : disk;
    }
}
