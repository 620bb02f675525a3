package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {

    private final AtomicInteger turns = new AtomicInteger();

    private Loop loop(Duration pause, Runnable turn) {
        return new Loop(
                "test", () -> pause, turn, Clock.systemUTC(), new SimpleMeterRegistry(), WorkerThreads.daemons());
    }

    @Test
    void aTurnThatFailedIsTakenAgainSoonHoweverLongThePause() {
        Loop loop = loop(Duration.ofHours(1), () -> {
            if (turns.incrementAndGet() < 3) {
                throw new IllegalStateException("not now");
            }
        });

        loop.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> loop.status().lastSuccess() != null);
        loop.stop();
        assertThat(turns).hasValue(3);
        assertThat(loop.status().failuresInARow()).isZero();
    }

    @Test
    void aLoopThatIsWokenDoesNotWait() {
        Loop loop = loop(Duration.ofHours(1), turns::incrementAndGet).start();
        await().until(() -> turns.get() == 1);

        loop.wake();

        await().until(() -> turns.get() == 2);
        loop.stop();
    }

    @Test
    void aLoopThatFailsWithoutAPauseDoesNotRunHot() {
        Loop loop = loop(Duration.ZERO, () -> {
                    turns.incrementAndGet();
                    throw new IllegalStateException("never");
                })
                .start();

        await().during(Duration.ofMillis(300)).until(() -> turns.get() < 20);
        loop.stop();
    }
}
