package io.insightdesk.devenv.command;

import io.insightdesk.devenv.seed.SeedListener;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a long task is: a bar for each of its parts on a screen, lines elsewhere. */
abstract class SeedProgress implements SeedListener, AutoCloseable {
    static SeedProgress on(Console console) {
        return console.terminal().errors() ? new Bars() : new Lines(console);
    }

    @Override
    public abstract void close();

    /** One bar at a time. */
    private static final class Bars extends SeedProgress {
        private static final int UPDATE_MILLIS = 200;

        private @Nullable ProgressBar bar;
        private String part = "";

        @Override
        public void progress(String what, long done, long total) {
            ProgressBar shown = bar;
            if (shown == null || !what.equals(part)) {
                close();
                shown = new ProgressBarBuilder()
                        .setTaskName(what)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .build();
                bar = shown;
                part = what;
            }
            shown.maxHint(total);
            shown.stepTo(done);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }

    /** A line when a part begins and ends, and every few seconds between. */
    private static final class Lines extends SeedProgress {
        private static final long NANOS = TimeUnit.SECONDS.toNanos(5);

        private final Console console;
        private @Nullable String part;
        private long said;

        Lines(Console console) {
            this.console = console;
        }

        @Override
        public void progress(String what, long done, long total) {
            long now = System.nanoTime();
            if (!Objects.equals(what, part) || done >= total || now - said > NANOS) {
                part = what;
                said = now;
                console.note(String.format(Locale.ROOT, "%s: %,d of %,d", what, done, total));
            }
        }

        @Override
        public void close() {
            // Every line is complete.
        }
    }
}
