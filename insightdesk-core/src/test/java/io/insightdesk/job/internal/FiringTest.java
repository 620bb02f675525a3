package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.MisfirePolicy;
import io.insightdesk.job.NewJobSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringTest {

    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final JobTrigger HOURLY = JobTrigger.every(Duration.ofHours(1));
    private static final Instant DUE = Instant.parse("2026-05-01T10:00:00Z");

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    # policy, late by, firings (hours after the first), the next
                    ONCE, PT0S,    0,         1
                    ONCE, PT0.1S,  0,         1
                    ONCE, PT59M,   0,         1
                    ONCE, PT1H,    0,         2
                    ONCE, PT3H30M, 0,         4
                    SKIP, PT0S,    0,         1
                    SKIP, PT1M,    0,         1
                    SKIP, PT1M1S,  -,         1
                    SKIP, PT3H30M, -,         4
                    SKIP, PT3H,    3,         4
                    SKIP, PT3H59S, 3,         4
                    ALL,  PT0S,    0,         1
                    ALL,  PT3H30M, 0 1 2 3,   4
                    ALL,  PT4H,    0 1 2 3 4, 5
                    """)
    void missedFiringsAreMadeUpForAsThePolicySays(MisfirePolicy policy, Duration late, String firings, int next) {
        Firing firing = Firing.of(HOURLY, policy, GRACE, DUE, DUE.plus(late));

        List<Instant> expected = firings == null
                ? List.of()
                : Arrays.stream(firings.split(" ", -1))
                        .map(hours -> DUE.plus(Duration.ofHours(Integer.parseInt(hours))))
                        .toList();
        assertThat(firing.times()).isEqualTo(expected);
        assertThat(firing.next()).isEqualTo(DUE.plus(Duration.ofHours(next)));
    }

    @Test
    void allIsNotMoreThanTheLimit() {
        Instant now = DUE.plus(Duration.ofHours(5_000));

        Firing firing = Firing.of(HOURLY, MisfirePolicy.ALL, GRACE, DUE, now);

        assertThat(firing.times()).hasSize(NewJobSchedule.MAX_MISFIRES).startsWith(DUE);
        assertThat(firing.next()).isEqualTo(now.plus(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    # Down from before the clocks go forward until a day later, and the same for back.
                    30 2 * * *,  2026-03-29T01:00:00Z, 2026-03-30T12:00:00Z, 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z, 2026-03-31T00:30:00Z
                    30 2 * * *,  2026-10-25T00:30:00Z, 2026-10-26T12:00:00Z, 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z, 2026-10-27T01:30:00Z
                    */30 * * * *, 2026-03-29T00:30:00Z, 2026-03-29T01:10:00Z, 2026-03-29T00:30:00Z 2026-03-29T01:00:00Z, 2026-03-29T01:30:00Z
                    0 * * * *,   2026-10-25T00:00:00Z, 2026-10-25T02:10:00Z, 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z, 2026-10-25T03:00:00Z
                    """)
    void whatIsMissedWhileTheClocksChangeIsNeitherLostNorDoubled(
            String expression, Instant due, Instant now, String firings, Instant next) {
        JobTrigger trigger = JobTrigger.cron(expression, ZoneId.of("Europe/Berlin"));
        List<Instant> expected =
                Arrays.stream(firings.split(" ", -1)).map(Instant::parse).toList();

        assertThat(Firing.of(trigger, MisfirePolicy.ALL, GRACE, due, now)).isEqualTo(new Firing(expected, next));
        assertThat(Firing.of(trigger, MisfirePolicy.ONCE, GRACE, due, now)).isEqualTo(new Firing(List.of(due), next));
        assertThat(Firing.of(trigger, MisfirePolicy.SKIP, GRACE, due, now)).isEqualTo(new Firing(List.of(), next));
    }
}
