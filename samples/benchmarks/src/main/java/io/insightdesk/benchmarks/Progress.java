package io.insightdesk.benchmarks;

import java.io.PrintStream;

/** Tells a waiting person what is being measured, on the error stream, and how often each thing is to be measured. */
final class Progress {
    private static final int RUNS = 5;
    private static final int QUICK_RUNS = 3;
    private final PrintStream out;
    private final boolean quick;

    Progress(PrintStream out, boolean quick) {
        this.out = out;
        this.quick = quick;
    }

    int runs() {
        return quick ? QUICK_RUNS : RUNS;
    }

    boolean quick() {
        return quick;
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }
}
