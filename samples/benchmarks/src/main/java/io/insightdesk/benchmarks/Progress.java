package io.insightdesk.benchmarks;

import java.io.PrintStream;

/** Tells a waiting person what is being measured, on the error stream, and how often each thing is to be measured. */
final class Progress {
    private static final int RUNS = 3;
    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    int runs() {
        return RUNS;
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }
}
