package io.insightdesk.devenv.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs of this machine: where they are, and how they are run so that they end with this process. */
final class Programs {
    /**
     * Between us and a server stands a shell that reads our pipe: when this process ends in any way, SIGKILL included,
     * the pipe closes and the server gets SIGINT, to end in its own order.
     */
    private static final String WATCHED = """
            exec 3<&0
            "$@" 3<&- </dev/null &
            server=$!
            trap '' INT HUP TERM
            ( read -r line <&3; kill -INT "$server" ) 2>/dev/null &
            watcher=$!
            exec 3<&-
            wait "$server"
            code=$?
            kill -KILL "$watcher" 2>/dev/null
            exit "$code"
            """;

    private Programs() {}

    /** Finds a program in the directories of {@code PATH}. */
    static Optional<Path> find(String program) {
        String name = Ports.isWindows() ? program + ".exe" : program;
        for (String folder : String.valueOf(System.getenv("PATH")).split(java.io.File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return Optional.of(Path.of(folder, name).toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    /** Returns the command that runs {@code command} until the writing end of its standard input is closed. */
    static List<String> untilPipeCloses(List<String> command) {
        if (Ports.isWindows()) {
            return command;
        }
        List<String> watched = new java.util.ArrayList<>();
        if (find("setsid").isPresent()) {
            // Ctrl-C goes to the whole foreground group; the host must be able to finish its work first.
            watched.add("setsid");
        }
        watched.addAll(List.of("sh", "-c", WATCHED, "sh"));
        watched.addAll(command);
        return watched;
    }
}
