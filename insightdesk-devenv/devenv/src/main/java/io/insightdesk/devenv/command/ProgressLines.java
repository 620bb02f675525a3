package io.insightdesk.devenv.command;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows what takes long: on a screen at once, in a log not more often than a reader can bear. */
final class ProgressLines implements Consumer<String> {
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Console console;
    private final Map<String, Long> said = new HashMap<>();

    ProgressLines(Console console) {
        this.console = console;
    }

    @Override
    public void accept(String line) {
        if (!console.terminal().errors()) {
            // «Pulling postgres:17: 10 of 150 MB» comes every second.
            int amount = line.indexOf(": ");
            String what = amount < 0 ? line : line.substring(0, amount);
            long now = System.nanoTime();
            Long last = said.get(what);
            if (last != null && now - last < LOG_NANOS) {
                return;
            }
            said.put(what, now);
        }
        console.progress(line);
    }
}
