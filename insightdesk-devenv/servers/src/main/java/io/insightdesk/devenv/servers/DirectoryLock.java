package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps two processes out of one directory. The operating system lets go of it when the process dies, however it dies. */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = "lock";

    /**
     * What this process has locked. It must not even open such a file again: where locks are POSIX's, to close any descriptor of a
     * file lets go of all locks that the process has on it, and then another process takes the directory for one that was left.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Returns the lock, or null if another process or another server of this process has it. */
    static @Nullable DirectoryLock tryAcquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            return null;
        }
        DirectoryLock lock = null;
        try {
            lock = lock(real);
            return lock;
        } finally {
            if (lock == null) {
                HELD.remove(real);
            }
        }
    }

    private static @Nullable DirectoryLock lock(Path real) throws IOException {
        FileChannel channel = FileChannel.open(real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return null;
        }
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(
                Long.toString(ProcessHandle.current().pid())));
        return new DirectoryLock(real, channel);
    }

    static DirectoryLock acquire(Path directory) throws IOException {
        DirectoryLock lock = tryAcquire(directory);
        if (lock == null) {
            throw new PostgresServerException("The directory " + directory + " is in use by "
                    + holder(directory) + ". Stop it first, or choose another directory with"
                    + " PostgresServer.Builder.dataDirectory(Path).");
        }
        return lock;
    }

    private static String holder(Path directory) {
        try {
            if (HELD.contains(directory.toRealPath())) {
                return "another server of this process";
            }
            return "process " + Files.readString(directory.resolve(FILE)).strip();
        } catch (IOException e) {
            // Windows does not let others read a locked file.
            return "another process";
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(directory);
    }
}
