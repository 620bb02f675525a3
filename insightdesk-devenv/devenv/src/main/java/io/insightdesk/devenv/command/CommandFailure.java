package io.insightdesk.devenv.command;

import org.jspecify.annotations.Nullable;

/** Ends a command with a message for the person who typed it, and an exit code. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Something did not work. */
    static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message, null);
    }

    static CommandFailure failed(String message, Throwable cause) {
        return new CommandFailure(ExitCode.FAILED, message, cause);
    }

    /** What was asked for cannot be had; another try needs another request. */
    static CommandFailure wrong(String message) {
        return new CommandFailure(ExitCode.WRONG, message, null);
    }

    static CommandFailure of(int exitCode, String message) {
        return new CommandFailure(exitCode, message, null);
    }

    int exitCode() {
        return exitCode;
    }
}
