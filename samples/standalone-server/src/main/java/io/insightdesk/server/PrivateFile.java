package io.insightdesk.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files that only this user may read, whole or not at all. */
final class PrivateFile {

    private PrivateFile() {}

    static void write(Path file, String text) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            Path unfinished = Files.createTempFile(parent, "unfinished", null);
            if (Files.getFileStore(unfinished).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
