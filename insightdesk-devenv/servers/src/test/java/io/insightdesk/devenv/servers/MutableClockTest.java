package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class MutableClockTest {
    @Test
    void itMovesOnlyWhenToldToAndItsZonesMoveWithIt() {
        MutableClock clock = MutableClock.at("2026-03-01T12:00:00Z");
        MutableClock berlin = clock.withZone(ZoneId.of("Europe/Berlin"));

        assertThat(clock.advance(Duration.ofMinutes(5))).isEqualTo(Instant.parse("2026-03-01T12:05:00Z"));
        assertThat(berlin.instant()).isEqualTo(clock.instant());
        berlin.set(Instant.EPOCH);
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        assertThat(berlin.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    }
}
