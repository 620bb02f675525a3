package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two processes out of one directory. The operating system lets go of it when the process dies, however it dies. */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = "lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Returns the lock, or null if another process or another server of this process has it. */
    static @Nullable DirectoryLock tryAcquire(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return null;
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new DirectoryLock(channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            return null;
        }
    }

    static DirectoryLock acquire(Path directory) throws IOException {
        DirectoryLock lock = tryAcquire(directory);
        if (lock == null) {
            throw new PostgresServerException("The directory " + directory + " is in use by "
                    + holder(directory.resolve(FILE)) + ". Stop it first, or choose another directory with"
                    + " PostgresServer.Builder.dataDirectory(Path).");
        }
        return lock;
    }

    private static String holder(Path file) {
        try {
            String pid = Files.readString(file).strip();
            return pid.equals(Long.toString(ProcessHandle.current().pid()))
                    ? "another server of this process"
                    : "process " + pid;
        } catch (IOException e) {
            // Windows does not let others read a locked file.
            return "another process";
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
