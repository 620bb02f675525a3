package io.insightdesk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {

    /** The firings after an instant, as local times with their offsets; as many as are expected. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # The clock goes forward: 02:00 to 03:00 does not come on March 29.
                    30 2 * * *    | Europe/Berlin       | 2026-03-27T12:00Z | 2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
                    0 2 * * *     | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
                    0 2,3 * * *   | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00 2026-03-30T03:00+02:00
                    */20 2 * * *  | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
                    30 3 * * *    | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:30+02:00 2026-03-30T03:30+02:00
                    */30 * * * *  | Europe/Berlin       | 2026-03-29T00:10Z | 2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00
                    15 * * * *    | Europe/Berlin       | 2026-03-29T00:10Z | 2026-03-29T01:15+01:00 2026-03-29T03:15+02:00 2026-03-29T04:15+02:00
                    0 */2 * * *   | Europe/Berlin       | 2026-03-28T22:30Z | 2026-03-29T00:00+01:00 2026-03-29T03:00+02:00 2026-03-29T04:00+02:00
                    # And back: 02:00 to 03:00 comes twice on October 25.
                    30 2 * * *    | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
                    */20 2 * * *  | Europe/Berlin       | 2026-10-24T22:00Z | 2026-10-25T02:00+02:00 2026-10-25T02:20+02:00 2026-10-25T02:40+02:00 2026-10-26T02:00+01:00
                    0 2 * * *     | Europe/Berlin       | 2026-10-25T00:59Z | 2026-10-26T02:00+01:00
                    0 3 * * *     | Europe/Berlin       | 2026-10-25T00:59Z | 2026-10-25T03:00+01:00
                    */30 * * * *  | Europe/Berlin       | 2026-10-24T23:40Z | 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00 2026-10-25T03:00+01:00
                    0 * * * *     | Europe/Berlin       | 2026-10-24T23:40Z | 2026-10-25T02:00+02:00 2026-10-25T02:00+01:00 2026-10-25T03:00+01:00
                    0 */2 * * *   | Europe/Berlin       | 2026-10-24T21:40Z | 2026-10-25T00:00+02:00 2026-10-25T02:00+02:00 2026-10-25T04:00+01:00
                    30 2 * * *    | America/New_York    | 2026-03-07T12:00Z | 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00
                    30 1 * * *    | America/New_York    | 2026-10-31T12:00Z | 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00
                    */15 * * * *  | America/New_York    | 2026-11-01T05:40Z | 2026-11-01T01:45-04:00 2026-11-01T01:00-05:00 2026-11-01T01:15-05:00
                    @hourly       | America/New_York    | 2026-03-08T06:30Z | 2026-03-08T03:00-04:00 2026-03-08T04:00-04:00
                    # Half an hour: 02:00 to 02:30 does not come on October 4; 01:30 to 02:00 comes twice on April 5.
                    15 2 * * *    | Australia/Lord_Howe | 2026-10-03T00:00Z | 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00
                    45 2 * * *    | Australia/Lord_Howe | 2026-10-03T00:00Z | 2026-10-04T02:45+11:00 2026-10-05T02:45+11:00
                    */10 * * * *  | Australia/Lord_Howe | 2026-10-03T15:10Z | 2026-10-04T01:50+10:30 2026-10-04T02:30+11:00 2026-10-04T02:40+11:00
                    45 1 * * *    | Australia/Lord_Howe | 2026-04-04T00:00Z | 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30
                    */10 * * * *  | Australia/Lord_Howe | 2026-04-04T14:45Z | 2026-04-05T01:50+11:00 2026-04-05T01:30+10:30 2026-04-05T01:40+10:30
                    0 * * * *     | Australia/Lord_Howe | 2026-04-04T13:30Z | 2026-04-05T01:00+11:00 2026-04-05T02:00+10:30
                    # At midnight, and a whole day that never was.
                    @daily        | America/Sao_Paulo   | 2018-11-03T12:00Z | 2018-11-04T01:00-02:00 2018-11-05T00:00-02:00
                    0 */6 * * *   | America/Sao_Paulo   | 2018-11-03T22:00Z | 2018-11-04T01:00-02:00 2018-11-04T06:00-02:00
                    0 12 * * *    | Pacific/Apia        | 2011-12-29T12:00Z | 2011-12-29T12:00-10:00 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00
                    # Days that are rare.
                    0 0 29 2 *    | Europe/Berlin       | 2026-01-01T00:00Z | 2028-02-29T00:00+01:00 2032-02-29T00:00+01:00
                    0 0 29 2 *    | America/New_York    | 2096-03-01T00:00Z | 2104-02-29T00:00-05:00 2108-02-29T00:00-05:00
                    * * 29 2 *    | Europe/Berlin       | 2096-03-01T00:00Z | 2104-02-29T00:00+01:00 2104-02-29T00:01+01:00
                    0 0 31 * *    | UTC                 | 2026-01-31T12:00Z | 2026-03-31T00:00Z 2026-05-31T00:00Z
                    # One of the days suffices where both are given.
                    0 0 13 * 5    | UTC                 | 2026-01-08T12:00Z | 2026-01-09T00:00Z 2026-01-13T00:00Z 2026-01-16T00:00Z
                    0 0 31 2 1    | UTC                 | 2026-01-01T00:00Z | 2026-02-02T00:00Z 2026-02-09T00:00Z
                    # Names, nicknames, spaces, both Sundays.
                    0 9 * * fri   | UTC                 | 2026-01-01T00:00Z | 2026-01-02T09:00Z
                    0 9 * JAN mon-Fri | UTC             | 2026-01-01T00:00Z | 2026-01-01T09:00Z 2026-01-02T09:00Z 2026-01-05T09:00Z
                    0 0 * * 7     | UTC                 | 2026-01-01T00:00Z | 2026-01-04T00:00Z
                    0 0 * * 0     | UTC                 | 2026-01-01T00:00Z | 2026-01-04T00:00Z
                    @Weekly       | UTC                 | 2026-01-01T00:00Z | 2026-01-04T00:00Z
                    @monthly      | UTC                 | 2026-01-01T00:00Z | 2026-02-01T00:00Z
                    @yearly       | UTC                 | 2026-01-01T00:00Z | 2027-01-01T00:00Z
                    @annually     | UTC                 | 2026-01-01T00:00Z | 2027-01-01T00:00Z
                    @midnight     | +05:30              | 2026-01-01T00:00Z | 2026-01-02T00:00+05:30
                    """)
    void firesAtTheseTimes(String expression, String zone, String after, String expected) {
        List<OffsetDateTime> firings = Arrays.stream(expected.split(" ", -1))
                .map(OffsetDateTime::parse)
                .toList();
        CronTimes times = CronTimes.of(expression, ZoneId.of(zone));

        assertThat(firings(times, OffsetDateTime.parse(after).toInstant(), firings.size()))
                .isEqualTo(firings.stream().map(OffsetDateTime::toInstant).toList());
    }

    private static List<Instant> firings(CronTimes times, Instant after, int count) {
        List<Instant> found = new ArrayList<>();
        Instant last = after;
        for (int i = 0; i < count; i++) {
            last = times.nextAfter(last);
            found.add(last);
        }
        return found;
    }

    @Test
    void aFiringIsAfterTheInstantHoweverCloseThatIs() {
        CronTimes times = CronTimes.of("30 2 * * *", ZoneId.of("Europe/Berlin"));
        Instant afterTheGap = Instant.parse("2026-03-29T01:00:00Z");

        assertThat(times.nextAfter(afterTheGap.minusNanos(1))).isEqualTo(afterTheGap);
        assertThat(times.nextAfter(afterTheGap)).isEqualTo("2026-03-30T00:30:00Z");
        assertThat(times.nextAfter(Instant.parse("2026-10-25T00:29:59.999999Z")))
                .isEqualTo("2026-10-25T00:30:00Z");
        assertThat(times.nextAfter(Instant.parse("2026-10-25T00:30:00Z"))).isEqualTo("2026-10-26T01:30:00Z");
    }

    /** Compares with a reader of numbers only, which tries minute after minute. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/7 * * * *",
                "0,15,45 8-17 * * 1-5",
                "5/20 */3 * * *",
                "0 0 1,15 * *",
                "30 6 */10 2,4 *",
                "0 12 13 * 5",
                "1-59/2 23 28-31 * *",
                "0 4 29 2 *",
                "59 23 31 12 *",
                "10 1-5/2 * 6 0,3"
            })
    void cronUtilsAgreesWithTryingEveryMinuteOfTwoYears(String expression) {
        CronTimes times = CronTimes.of(expression, ZoneOffset.UTC);
        Instant expected = times.nextAfter(Instant.parse("2027-01-01T00:00:00Z").minusNanos(1));
        LocalDateTime end = LocalDateTime.of(2029, 1, 1, 0, 0);
        for (LocalDateTime time = LocalDateTime.of(2027, 1, 1, 0, 0); time.isBefore(end); time = time.plusMinutes(1)) {
            if (matches(expression.split(" ", -1), time)) {
                assertThat(expected).isEqualTo(time.toInstant(ZoneOffset.UTC));
                expected = times.nextAfter(expected);
            }
        }
        assertThat(expected).isAfterOrEqualTo(end.toInstant(ZoneOffset.UTC));
    }

    private static boolean matches(String[] fields, LocalDateTime time) {
        boolean dayOfMonth = matches(fields[2], time.getDayOfMonth(), 1, 31);
        boolean dayOfWeek = matches(fields[4], time.getDayOfWeek().getValue() % 7, 0, 6);
        boolean bothGiven = !fields[2].equals("*") && !fields[4].equals("*");
        boolean day = bothGiven ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
        return day
                && matches(fields[0], time.getMinute(), 0, 59)
                && matches(fields[1], time.getHour(), 0, 23)
                && matches(fields[3], time.getMonthValue(), 1, 12);
    }

    private static boolean matches(String field, int value, int least, int greatest) {
        for (String part : field.split(",", -1)) {
            String[] step = part.split("/", -1);
            String[] range = step[0].equals("*") ? new String[] {"" + least, "" + greatest} : step[0].split("-", -1);
            int from = Integer.parseInt(range[0]);
            int to = range.length == 2 ? Integer.parseInt(range[1]) : step.length == 2 ? greatest : from;
            int by = step.length == 2 ? Integer.parseInt(step[1]) : 1;
            if (value >= from && value <= to && (value - from) % by == 0) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"})
    void aDailyExpressionFiresOnceADayWhateverTheClocksDo(String zone) {
        for (String expression : List.of("30 2 * * *", "0 0 * * *", "45 1 * * *", "15 3 * * *")) {
            CronTimes times = CronTimes.of(expression, ZoneId.of(zone));
            Instant from = Instant.parse("2025-01-01T12:00:00Z");
            Instant to = Instant.parse("2026-01-01T12:00:00Z");
            long count = 0;
            for (Instant firing = times.nextAfter(from); firing.isBefore(to); firing = times.nextAfter(firing)) {
                count++;
            }
            assertThat(count)
                    .as(expression)
                    .isEqualTo(Duration.between(from, to).toDays());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    60 * * * *    | minute '60'         | from 0 to 59
                    */0 * * * *   | minute '*/0'        | from 0 to 59
                    * 24 * * *    | hour '24'           | from 0 to 23
                    * 10-5 * * *  | hour '10-5'         | from 0 to 23
                    * * 0 * *     | day of month '0'    | from 1 to 31
                    * * L * *     | day of month 'L'    | from 1 to 31
                    * * ? * *     | day of month '?'    | from 1 to 31
                    * * * 13 *    | month '13'          | JAN to DEC
                    * * * FOO *   | month 'FOO'         | JAN to DEC
                    * * * * 8     | day of week '8'     | from 0 to 7
                    * * * * 1#2   | day of week '1#2'   | from 0 to 7
                    * * * *       | five fields         | '* * * *'
                    0 * * * * *   | five fields         | @daily
                    @reboot       | five fields         | '@reboot'
                    ''            | five fields         | minute, hour
                    """)
    void whatIsNoExpressionIsRefusedAndTheFieldNamed(String expression, String named, String allowed) {
        assertThatThrownBy(() -> CronTimes.of(expression, ZoneOffset.UTC))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("/expression")
                .hasMessageContaining(named)
                .hasMessageContaining(allowed);
    }

    @Test
    void allWrongFieldsAreNamedAtOnce() {
        assertThatThrownBy(() -> CronTimes.of("61 25 * * 9", ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).hasSize(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *"})
    void whatNeverFiresIsRefused(String expression) {
        assertThatThrownBy(() -> CronTimes.of(expression, ZoneOffset.UTC))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("never fires");
    }

    @Test
    void expressionsHaveOneForm() {
        assertThat(CronTimes.normalize("  0  9 * *\tmon-fri ")).isEqualTo("0 9 * * MON-FRI");
        assertThat(CronTimes.normalize(" @DAILY")).isEqualTo("@daily");
    }
}
