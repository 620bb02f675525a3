package io.insightdesk.devenv.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a keeper tells about its start, line by line in a file: whoever waits reads along, and nobody has to. A pipe would
 * end the keeper with the one who waits.
 */
final class KeeperReport {
    private static final String PROGRESS = "progress ";
    private static final String READY = "ready";
    private static final String FAILED = "failed ";

    private final Path file;

    KeeperReport(Path file) {
        this.file = file;
    }

    void begin() throws IOException {
        Files.writeString(file, "");
    }

    synchronized void progress(String line) {
        append(PROGRESS + oneLine(line));
    }

    void ready() {
        append(READY);
    }

    void failed(int exitCode, String message) {
        append(FAILED + exitCode + " " + oneLine(message));
    }

    private void append(String line) {
        try {
            Files.writeString(
                    file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e.getMessage() + ". Make room there.", e);
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** Returns the whole lines that there are now. */
    List<String> lines() {
        try {
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be read: " + e.getMessage() + ". Mend its rights.", e);
        }
    }

    static boolean isReady(String line) {
        return line.equals(READY);
    }

    static boolean isFailure(String line) {
        return line.startsWith(FAILED);
    }

    static CommandFailure failure(String line) {
        String[] parts = line.substring(FAILED.length()).split(" ", 2);
        return CommandFailure.of(Integer.parseInt(parts[0]), parts[1]);
    }

    static String progressOf(String line) {
        return line.startsWith(PROGRESS) ? line.substring(PROGRESS.length()) : line;
    }
}
