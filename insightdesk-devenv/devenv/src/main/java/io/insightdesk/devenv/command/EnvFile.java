package io.insightdesk.devenv.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Settings as a file that servers, shells and Compose read. */
final class EnvFile {
    private EnvFile() {}

    static void write(Path file, Map<String, String> variables) throws IOException {
        AtomicFiles.write(file, "# Written by desk up; gone after desk down.\n" + format(variables));
    }

    static String format(Map<String, String> variables) {
        StringBuilder lines = new StringBuilder();
        variables.forEach(
                (name, value) -> lines.append(name).append('=').append(value).append('\n'));
        return lines.toString();
    }

    /** Returns lines that a POSIX shell can {@code eval}. */
    static String export(Map<String, String> variables) {
        StringBuilder lines = new StringBuilder();
        variables.forEach((name, value) -> lines.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        return lines.toString();
    }
}
