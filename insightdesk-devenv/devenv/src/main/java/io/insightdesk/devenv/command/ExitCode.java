package io.insightdesk.devenv.command;

/** What the command says to the shell. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG = 2;

    private ExitCode() {}
}
