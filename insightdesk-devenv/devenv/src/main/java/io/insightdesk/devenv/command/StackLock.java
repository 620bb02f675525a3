package io.insightdesk.devenv.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps two processes from doing the same at once. The operating system lets go of it when its process ends, however it ends. */
final class StackLock implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    private final FileChannel channel;

    private StackLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until nobody else has it, and tells {@code waiting} once that it does. */
    static StackLock acquire(Path file, Duration limit, Consumer<String> waiting) {
        long begin = System.nanoTime();
        boolean told = false;
        while (true) {
            StackLock lock = tryAcquire(file);
            if (lock != null) {
                return lock;
            }
            String who = "Another desk command (process " + holder(file) + ") is at work on this stack";
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw CommandFailure.failed(who + " and did not end within " + limit.toSeconds()
                        + " s. Wait for it or end it, then try again.");
            }
            if (!told) {
                waiting.accept(who + "; waiting for it …");
                told = true;
            }
            pause();
        }
    }

    /** Returns the lock, or null if another process has it. */
    static @Nullable StackLock tryAcquire(Path file) {
        try {
            Object before = identity(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            // «down --volumes» may have deleted the file meanwhile; the lock of a deleted file keeps nobody out. Its
            // content
            // would tell, too, but who reads a file that it has locked loses the lock by closing it.
            if (lock == null || !Objects.equals(before, identity(file))) {
                channel.close();
                return null;
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new StackLock(channel);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    file + " cannot be locked: " + e.getMessage() + ". Is the directory writable, and on a local disk?",
                    e);
        }
    }

    private static @Nullable Object identity(Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent(), "parent"));
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // Made by an earlier command, and by far the usual case.
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        }
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Says whether somebody has it. */
    static boolean isHeld(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        StackLock lock = tryAcquire(file);
        if (lock == null) {
            return true;
        }
        lock.close();
        return false;
    }

    private static String holder(Path file) {
        try {
            String pid = content(file);
            return pid.isEmpty() ? "unknown" : pid;
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted while waiting. Try again.", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "The lock of the stack cannot be released: " + e.getMessage() + ". Try again.", e);
        }
    }
}
