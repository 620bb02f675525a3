package io.insightdesk.devenv.seed;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** Spreads tickets over a year as people write them: on weekdays, by day, and a little more each month. Immutable. */
final class WorkingHours {
    /** How far back tickets go. */
    static final int DAYS = 365;

    private static final int HOURS = DAYS * 24;
    private static final long HOUR = 3_600_000;

    private final long start;
    private final double[] cumulated = new double[HOURS + 1];

    /** Makes the year that ends with {@code anchor}. */
    WorkingHours(Instant anchor) {
        this.start = anchor.minus(DAYS, ChronoUnit.DAYS).toEpochMilli();
        for (int hour = 0; hour < HOURS; hour++) {
            ZonedDateTime time = Instant.ofEpochMilli(start + hour * HOUR).atZone(ZoneOffset.UTC);
            double growth = 0.8 + 0.4 * hour / HOURS;
            cumulated[hour + 1] = cumulated[hour] + growth * weight(time);
        }
    }

    private static double weight(ZonedDateTime time) {
        int hour = time.getHour();
        double byHour = hour < 6 ? 0.06 : hour < 9 ? 0.7 : hour < 12 ? 1.2 : hour < 17 ? 1.0 : hour < 22 ? 0.3 : 0.1;
        boolean weekend = time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY;
        return weekend ? byHour * 0.2 : byHour;
    }

    /** Returns the first moment, in milliseconds since 1970. */
    long start() {
        return start;
    }

    /** Returns the moment, in milliseconds since 1970, before which this share (0 to 1) of all tickets comes. */
    long at(double share) {
        double wanted = share * cumulated[HOURS];
        int found = Arrays.binarySearch(cumulated, wanted);
        int hour = Math.min(HOURS - 1, found >= 0 ? found : -found - 2);
        double within = (wanted - cumulated[hour]) / (cumulated[hour + 1] - cumulated[hour]);
        return start + hour * HOUR + (long) (within * (HOUR - 1));
    }
}
