package io.insightdesk.devenv.servers;

import java.util.List;
import java.util.Locale;

/** What the engine's words mean for the person who has to act. */
final class ContainerFailures {
    /** What Testcontainers puts around every failure. */
    private static final List<String> FRAMES =
            List.of("Container startup failed", "Could not create/start", "Retry limit hit with exception");

    private static final int MAX_WORDS = 500;

    private ContainerFailures() {}

    static RuntimeException explain(ServerDescription description, Plan plan, RuntimeException failure, String log) {
        String words = words(failure);
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("port is already allocated") || lower.contains("address already in use")) {
            for (ServerPort port : description.ports()) {
                int number = plan.port(port);
                if (number != 0 && lower.contains(":" + number)) {
                    PortTakenException taken =
                            new PortTakenException(description.service().key(), number, Plan.remedy(port));
                    taken.initCause(failure);
                    return taken;
                }
            }
        }
        String what = description.service().key() + " (" + description.image() + ") did not start: " + words;
        return new DevEnvironmentException(
                what + " " + remedy(description, lower) + (log.isEmpty() ? "" : " Its log ends: " + log), failure);
    }

    private static String remedy(ServerDescription description, String lower) {
        if (lower.contains("no space left")) {
            return "The engine's disk is full: «docker system prune» makes room.";
        }
        if (lower.contains("already in use by container")) {
            return "Remove the container of that name («docker rm -f»), or start the stack under another directory.";
        }
        if (lower.contains("executable file not found") || lower.contains("exec format error")) {
            return "The image is not one of this service or not for this processor: choose another by "
                    + Images.variable(description.service()) + ".";
        }
        if (lower.contains("the container ended")
                || lower.contains("did not start correctly")
                || lower.contains("was not ready")) {
            return "Is the image one of this service (" + Images.variable(description.service())
                    + "), and are its data of the same major version?";
        }
        if (lower.contains("connection refused") || lower.contains("no such file") || lower.contains("broken pipe")) {
            return "The engine went away; start it, then try again.";
        }
        return "«desk doctor» looks closer.";
    }

    /** The messages of all causes that say something, each once, in one line. */
    private static String words(Throwable failure) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
            if (message.startsWith("Lambda expression in org.testcontainers")) {
                // Testcontainers looked for the ports of a container that was gone already, and prints all it knows of
                // it.
                message = "The container ended.";
            }
            if (FRAMES.stream().noneMatch(message::startsWith) && words.indexOf(message) < 0) {
                words.append(words.isEmpty() ? "" : " / ").append(message, 0, Math.min(MAX_WORDS, message.length()));
            }
        }
        return words.toString();
    }
}
