package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.Json;
import io.insightdesk.job.CronTrigger;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.MisfirePolicy;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewJobScheduleTest {

    private static final JobKind<Item> KIND = new JobKind<>("item", Item.class);
    private static final JobTrigger HOURLY = JobTrigger.every(Duration.ofHours(1));

    record Item(String text) {}

    private static NewJob.Builder job() {
        return NewJob.builder(KIND, new Item("a \"b\""));
    }

    @Test
    void everythingWrongIsReportedAtOnce() {
        NewJob job = job().runAt(Instant.EPOCH).uniqueKey("k").build();

        assertThatThrownBy(() -> NewJobSchedule.builder("not a name", HOURLY, job)
                        .misfire(MisfirePolicy.ALL)
                        .misfireGrace(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .extracting(violation -> violation.pointer())
                                .containsExactly("/name", "/job/runAt", "/job/uniqueKey", "/misfireGrace", "/misfire"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999S", "PT0S", "PT-1S", "P3650DT0.001S"})
    void aPeriodOutOfRangeIsRefused(Duration period) {
        assertThatThrownBy(() -> JobTrigger.every(period))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("PT1S")
                .hasMessageContaining(period.toString());
    }

    @Test
    void triggersThatMeanTheSameAreEqual() {
        assertThat(JobTrigger.cron(" 0  9 * * mon", ZoneOffset.UTC))
                .isEqualTo(new CronTrigger("0 9 * * MON", ZoneOffset.UTC));
        assertThat(JobTrigger.every(Duration.ofSeconds(1, 1_999_999)))
                .isEqualTo(JobTrigger.every(Duration.ofMillis(1001)));
    }

    static Stream<NewJobSchedule> schedules() {
        NewJob simple = job().build();
        return Stream.of(
                NewJobSchedule.builder("a", HOURLY, simple).build(),
                NewJobSchedule.builder("b", JobTrigger.every(Duration.ofMillis(1_234)), simple)
                        .misfire(MisfirePolicy.SKIP)
                        .misfireGrace(Duration.ofMillis(1))
                        .build(),
                NewJobSchedule.builder("c", JobTrigger.cron("@daily", ZoneId.of("Europe/Berlin")), simple)
                        .misfire(MisfirePolicy.ALL)
                        .allowOverlap()
                        .build(),
                NewJobSchedule.builder(
                                "d",
                                JobTrigger.cron("0 0 29 2 *", ZoneOffset.ofHours(-3)),
                                job().queue("q")
                                        .priority(-7)
                                        .maxAttempts(3)
                                        .delay(Duration.ofMillis(1_500))
                                        .build())
                        .build());
    }

    /** Or a schedule that is put again would seem changed. */
    @ParameterizedTest
    @MethodSource("schedules")
    void whatIsStoredIsReadAsItWas(NewJobSchedule schedule) {
        ScheduleDefinition definition = ScheduleDefinition.of(schedule);

        assertThat(Json.read(Json.write(definition), ScheduleDefinition.class)).isEqualTo(definition);
        assertThat(definition.trigger()).isEqualTo(schedule.trigger());
    }
}
