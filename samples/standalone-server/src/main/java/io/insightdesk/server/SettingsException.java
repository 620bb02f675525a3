package io.insightdesk.server;

import java.util.List;

/** The settings are not good; lists everything that is wrong with them at once. */
final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * One thing that is wrong.
     *
     * @param variable the variable
     * @param what what is wrong with it, without a secret's value
     * @param example a good value; empty where none would be
     */
    record Problem(String variable, String what, String example) {}

    SettingsException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(List<Problem> problems) {
        StringBuilder text = new StringBuilder(
                problems.size() == 1
                        ? "One setting has to be corrected:"
                        : problems.size() + " settings have to be corrected:");
        for (Problem problem : problems) {
            text.append("\n  ").append(problem.variable()).append(": ").append(problem.what());
            if (!problem.example().isEmpty()) {
                text.append("\n      for example: ")
                        .append(problem.variable())
                        .append('=')
                        .append(problem.example());
            }
        }
        return text.append("\nEach can also be read from a file: <NAME>_FILE=/path. All settings are in .env.example.")
                .toString();
    }

    List<Problem> problems() {
        return problems;
    }
}
