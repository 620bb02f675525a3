package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {

    private static final Instant RANK = Instant.parse("2026-11-23T12:00:00.123456Z");

    @ParameterizedTest
    @ValueSource(strings = {"default", "two words", "Übergrößen", "line\nbreak", "-", "*"})
    void aSignalIsReadAsItWasWritten(String queue) {
        Signal one = Signal.ready("node-1", queue, new UUID(1, 2), RANK);
        Signal several = Signal.ready("node-1", queue, null, Instant.EPOCH.minusSeconds(60));

        assertThat(Signal.parse(one.wire())).contains(one);
        assertThat(Signal.parse(several.wire())).contains(several);
        Signal later = Signal.later("node-1", queue, RANK);
        assertThat(Signal.parse(later.wire())).contains(later);
        Signal busy = Signal.busy("node-1");
        assertThat(Signal.parse(busy.wire())).contains(busy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "node test 01a2",
                "node * x default",
                "node * 99999999999999999999 default",
                "node 1234 1 default",
                "node * 1 "
            })
    void whatIsNoSignalIsNotRead(String text) {
        assertThat(Signal.parse(text)).isEmpty();
    }

    @Test
    void aTenantThatIsNoIdentifierIsNotRead() {
        assertThat(Signal.parse("node zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz 1 default"))
                .isEmpty();
    }
}
