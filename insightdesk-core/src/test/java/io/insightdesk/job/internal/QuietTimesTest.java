package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class QuietTimesTest {

    private final AtomicBoolean told = new AtomicBoolean(true);

    @Test
    void itIsNotQuietUntilTheTimeIsOver() {
        QuietTimes times = new QuietTimes(Duration.ofHours(1), told::get);

        assertThat(times.quiet()).isFalse();
        assertThat(times.stir()).isFalse();
    }

    @Test
    void whoStirsLearnsWhetherItWasQuiet() {
        QuietTimes times = new QuietTimes(Duration.ofNanos(-1), told::get);

        assertThat(times.quiet()).isTrue();
        assertThat(times.stir()).isTrue();
    }

    @Test
    void whoIsNotToldOfJobsNeverLeavesTheDatabaseAlone() {
        QuietTimes times = new QuietTimes(Duration.ofNanos(-1), told::get);
        told.set(false);

        assertThat(times.quiet()).isFalse();
    }
}
