package io.insightdesk.devenv.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A log that grows while it is read. */
final class LogFile {
    private static final long POLL_MILLIS = 200;

    /** A line of a log is seldom longer; this bounds what is read of a large one. */
    private static final int BYTES_PER_LINE = 512;

    private final Path file;

    LogFile(Path file) {
        this.file = file;
    }

    /** Hands over the last lines and, with {@code follow}, those to come until the thread is interrupted. */
    void read(int tail, boolean follow, Consumer<String> listener) throws InterruptedException {
        if (!Files.exists(file)) {
            throw CommandFailure.failed("There is no " + file + " yet. «desk status» shows how the servers are.");
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, log.length() - (long) tail * BYTES_PER_LINE);
            String text = readFrom(log, start);
            if (start > 0) {
                text = text.substring(text.indexOf('\n') + 1);
            }
            int end = text.lastIndexOf('\n') + 1;
            List<String> lines = text.substring(0, end).lines().toList();
            lines.subList(Math.max(0, lines.size() - tail), lines.size()).forEach(listener);
            StringBuilder rest = new StringBuilder(text.substring(end));
            while (follow) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                if (log.length() < log.getFilePointer()) {
                    // Begun anew.
                    log.seek(0);
                }
                rest.append(readFrom(log, log.getFilePointer()));
                int newline;
                while ((newline = rest.indexOf("\n")) >= 0) {
                    listener.accept(rest.substring(0, newline));
                    rest.delete(0, newline + 1);
                }
            }
            if (!rest.isEmpty()) {
                listener.accept(rest.toString());
            }
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be read: " + e.getMessage() + ". Mend its rights.", e);
        }
    }

    private static String readFrom(RandomAccessFile log, long start) throws IOException {
        byte[] bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8, log.length() - start)];
        log.seek(start);
        log.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
